package io.classbell.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.http.HttpConnection;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionWatchTest {
  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final ConnectionWatch watch =
      new ConnectionWatch(new ConnectionWatch.Deadlines(10, 20, 180), nanoTime::get);
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final List<String> called = new ArrayList<>();
  private final HttpConnection connection =
      (HttpConnection)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {HttpConnection.class},
              (self, method, arguments) -> {
                called.add(method.getName());
                return null;
              });

  ConnectionWatchTest() {
    watch.opened(connection, channel);
  }

  private void after(int seconds) {
    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    watch.sweep();
  }

  @Test
  void who_says_nothing_is_closed() {
    after(9);
    assertThat(called).isEmpty();
    after(2);
    assertThat(called).containsExactly("close");
  }

  @Test
  void a_connection_that_stays_open_when_told_to_close_is_cut_off() {
    after(11);
    assertThat(called).containsExactly("close");
    after(9);
    assertThat(channel.isOpen()).isTrue();
    after(2);
    assertThat(channel.isOpen()).isFalse();
    assertThat(called).containsExactly("close");
  }

  @Test
  void a_socket_may_be_silent_and_is_forgotten_when_it_closes() {
    watch.isSocket(connection);
    after(3_600);
    assertThat(called).isEmpty();
    assertThat(channel.isOpen()).isTrue();
    assertThat(watch.connections()).isOne();

    channel.close();
    watch.awaitsHeaders(connection);
    assertThat(watch.connections()).isZero();
  }

  @Test
  void who_takes_nothing_of_what_waits_for_him_is_cut_off() {
    watch.isSocket(connection);
    channel.write(Unpooled.copiedBuffer(new byte[100]));
    after(1);
    after(29);
    assertThat(channel.isOpen()).isTrue();
    after(2);
    assertThat(channel.isOpen()).isFalse();
    assertThat(watch.connections()).isZero();
  }

  @Test
  void who_takes_little_by_little_is_not() {
    watch.isSocket(connection);
    for (int i = 0; i < 10; i++) {
      channel.write(Unpooled.copiedBuffer(new byte[100]));
      after(20);
      channel.flush();
      after(20);
    }
    assertThat(channel.isOpen()).isTrue();
  }
}
