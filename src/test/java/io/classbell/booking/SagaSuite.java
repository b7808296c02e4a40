package io.classbell.booking;

import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.TestDatabase;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** Tests of what students do to bookings, each in a {@link SagaWorld} of its own. */
abstract class SagaSuite {
  @Parameter TestDatabase database;
  SagaWorld world;

  @BeforeEach
  final void open() {
    world = new SagaWorld(database);
  }

  @AfterEach
  final void close() {
    world.close();
  }

  /** The booking's status, or the refusal's code. */
  static String outcome(Future<BookingView> answer) {
    try {
      return answer.await().status();
    } catch (RejectedException refused) {
      return refused.failure().code();
    }
  }
}
