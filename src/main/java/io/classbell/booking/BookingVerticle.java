package io.classbell.booking;

import io.classbell.platform.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Slots, meetings and bookings on the bus. Runs on a virtual thread. */
public final class BookingVerticle extends VerticleBase {
  private final Node node;
  private final BookingSettings settings;

  public BookingVerticle(Node node, BookingSettings settings) {
    this.node = node;
    this.settings = settings;
  }

  @Override
  public Future<?> start() {
    return Future.succeededFuture();
  }
}
