package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Trace;
import io.classbell.schedule.api.ScheduleApi;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.ext.web.client.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A node goes down without cutting a request. */
class ShutdownIT {

  /** Held on to: a client that is garbage is closed. */
  private WebSocketClient sockets;

  @Test
  void what_is_in_work_is_answered_and_sockets_are_sent_elsewhere() {
    try (HttpHouse house =
        new HttpHouse(true, HttpHouse.IMPATIENT, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
      house.neighbours.bookingIsSilent = true;
      sockets = house.vertx.createWebSocketClient();
      WebSocket socket =
          HttpHouse.wait(sockets.connect(house.http.port(), "127.0.0.1", "/eventbus/websocket"));
      AtomicBoolean closed = new AtomicBoolean();
      socket.closeHandler(v -> closed.set(true));
      house.send(HttpMethod.GET, "/health/live", null, null);
      Future<HttpResponse<Buffer>> inWork =
          house
              .request(HttpMethod.POST, "/api/v1/bookings", house.token(Caller.Role.student))
              .putHeader("Content-Type", "application/json")
              .sendBuffer(Buffer.buffer("{\"slotId\":\"" + FakeHouse.SLOT + "\"}"));
      Eventually.isTrue(
          () -> house.neighbours.asked.stream().anyMatch(BookingApi.Book.class::isInstance));

      long began = System.nanoTime();
      HttpHouse.wait(house.vertx.undeploy(house.http.deploymentID()));
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);

      assertThat(HttpHouse.wait(inWork).statusCode()).isEqualTo(202);
      Eventually.isTrue(closed::get);
      assertThat(seconds).as("no longer than what is in work").isLessThan(8);
      assertThat(
              house
                  .vertx
                  .createNetClient()
                  .connect(house.http.port(), "127.0.0.1")
                  .transform(connected -> Future.succeededFuture(connected.failed())))
          .satisfies(refused -> assertThat(HttpHouse.wait(refused)).isTrue());
    }
  }

  @Test
  void a_move_of_the_clock_is_answered_when_the_node_stops() {
    try (HttpHouse house = HttpHouse.open()) {
      house.neighbours.clockIsSilent = true;
      Future<HttpResponse<Buffer>> move =
          house
              .request(HttpMethod.POST, "/api/v1/test/clock", house.token(Caller.Role.student))
              .putHeader("Content-Type", "application/json")
              .sendBuffer(Buffer.buffer("{\"advance\":\"P30D\"}"));
      Eventually.isTrue(
          () ->
              house.neighbours.asked.stream().anyMatch(ScheduleApi.AdvanceClock.class::isInstance));

      HttpHouse.wait(house.vertx.undeploy(house.http.deploymentID()));

      HttpResponse<Buffer> answer = HttpHouse.wait(move);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.getHeader("Retry-After")).isNotNull();
      assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("still_working");
    }
  }

  @Test
  void a_requests_trace_goes_with_its_questions_and_no_further() {
    try (HttpHouse house = HttpHouse.open()) {
      String first = "4bf92f3577b34da6a3ce929d0e0e4736";
      Promise<String> heard = Promise.promise();
      house
          .vertx
          .eventBus()
          .addInboundInterceptor(
              delivery -> {
                if (delivery.message().address().equals("wallet.balance")) {
                  heard.tryComplete(delivery.message().headers().get(Trace.HEADER));
                }
                delivery.next();
              });
      HttpResponse<Buffer> answer =
          HttpHouse.wait(
              house
                  .request(HttpMethod.GET, "/api/v1/wallet", house.token(Caller.Role.student))
                  .putHeader("traceparent", "00-" + first + "-00f067aa0ba902b7-01")
                  .send());
      assertThat(HttpHouse.wait(heard.future())).isEqualTo(first);
      assertThat(answer.getHeader(Trace.HEADER)).isEqualTo(first);
      String next =
          house
              .send(HttpMethod.GET, "/api/v1/wallet", house.token(Caller.Role.student), null)
              .getHeader(Trace.HEADER);
      assertThat(next).hasSize(32).isNotEqualTo(first);
    }
  }
}
