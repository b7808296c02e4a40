package io.classbell.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.call.Identity;
import io.classbell.platform.bus.Caller;
import org.junit.jupiter.api.Test;

class EndedSessionsTest {

  private static final long NOW = 1_000_000;

  private final EndedSessions ended = new EndedSessions(900);

  private static Identity identity(String session) {
    return new Identity(new Caller("u", Caller.Role.student), session, NOW + 900);
  }

  @Test
  void a_session_that_ended_takes_only_its_own_tokens_along() {
    ended.ended("s1", NOW);
    assertThat(ended.hasEnded(identity("s1"))).isTrue();
    assertThat(ended.hasEnded(identity("s2"))).isFalse();
  }

  @Test
  void ends_are_forgotten_when_no_token_can_match_them() {
    ended.ended("s1", NOW);
    ended.forget(NOW + 900);
    assertThat(ended.hasEnded(identity("s1"))).isTrue();
    ended.forget(NOW + 901);
    assertThat(ended.size()).isZero();
  }
}
