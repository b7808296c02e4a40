package io.classbell.notification.delivery;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.notification.api.NotificationApi.Mail;
import io.classbell.platform.json.Json;
import org.junit.jupiter.api.Test;

class MailDigestsTest {

  /** What they read as a mail without a text they would park as a dead letter at once. */
  @Test
  void nodes_without_digests_fail_to_read_one_and_so_try_it_again_later() {
    assertThatThrownBy(() -> Json.read(MailDigests.CONTENT, Mail.class))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
