/**
 * Registration, profiles and the lists of people. Start with {@link
 * io.classbell.account.profile.Profiles}.
 */
@NullMarked
package io.classbell.account.profile;

import org.jspecify.annotations.NullMarked;
