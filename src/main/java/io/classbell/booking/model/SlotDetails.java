package io.classbell.booking.model;

import org.jspecify.annotations.Nullable;

/**
 * What a class is about, as its teacher describes it.
 *
 * @param description several lines are possible
 * @param subject one line
 * @param language the language of the class, a BCP 47 tag in canonical form
 */
public record SlotDetails(
    @Nullable String description, @Nullable String subject, @Nullable String language) {

  public static final SlotDetails NONE = new SlotDetails(null, null, null);
}
