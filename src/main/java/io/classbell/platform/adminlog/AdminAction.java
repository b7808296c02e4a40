package io.classbell.platform.adminlog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An action of an admin, with the changed values before and after it. Never contains secrets, and
 * refers to users by their ids.
 *
 * @param action what was done, in the past tense and snake_case: {@code user_disabled}; a value of
 *     the contract's {@code AdminActionName}
 * @param subjectType the type of the changed object: {@code user}, {@code meeting}, {@code wallet},
 *     {@code dead_letter} …
 * @param reason the reason or note that the admin gave
 * @param before the changed values before the action; empty if there were none
 * @param after the changed values after the action; empty if there are none
 */
public record AdminAction(
    String adminId,
    String action,
    String subjectType,
    String subjectId,
    @Nullable String reason,
    Map<String, Object> before,
    Map<String, Object> after) {}
