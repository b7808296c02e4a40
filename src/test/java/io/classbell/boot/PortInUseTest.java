package io.classbell.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortInUseTest {
  @ParameterizedTest(name = "native transport: {0}")
  @ValueSource(booleans = {true, false})
  void a_taken_port_is_told_from_other_failures(boolean isNative) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(isNative));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(PortInUse.isWhy(failure(vertx, "127.0.0.1", taken.getLocalPort()))).isTrue();
      assertThat(PortInUse.isWhy(failure(vertx, "no.such.host.invalid", 0))).isFalse();
      assertThat(PortInUse.isWhy(new UnknownHostException())).isFalse();
    } finally {
      await(vertx.close());
    }
  }

  private static Throwable failure(Vertx vertx, String host, int port) throws Exception {
    return await(
        vertx
            .createHttpServer()
            .requestHandler(request -> {})
            .listen(port, host)
            .transform(listens -> Future.succeededFuture(listens.cause())));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
