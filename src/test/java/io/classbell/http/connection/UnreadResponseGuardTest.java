package io.classbell.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class UnreadResponseGuardTest {
  private static final int HALF = UnreadResponseGuard.MOST_UNREAD_BYTES / 2;

  private final Counter refused = new SimpleMeterRegistry().counter("refused");
  private final EmbeddedChannel channel = new EmbeddedChannel(new UnreadResponseGuard(refused));

  private void reads(boolean reads) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, reads);
  }

  private void sends(int bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  @Test
  void who_reads_may_send_for_ever() {
    for (int i = 0; i < 10; i++) {
      sends(HALF);
    }
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.inboundMessages()).hasSize(10);
  }

  @Test
  void who_does_not_read_may_send_a_little_and_then_no_more() {
    reads(false);
    sends(HALF);
    sends(HALF);
    assertThat(channel.isOpen()).isTrue();
    sends(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.inboundMessages()).hasSize(2);
    assertThat(refused.count()).isOne();
  }

  @Test
  void who_reads_again_begins_anew() {
    for (int i = 0; i < 10; i++) {
      reads(false);
      sends(HALF);
      reads(true);
      sends(HALF);
    }
    assertThat(channel.isOpen()).isTrue();
  }
}
