package io.classbell.booking;

import io.classbell.platform.Node;
import io.classbell.platform.db.GroupCommit;
import io.vertx.core.Vertx;

/** Makes the module's group commits, all with the same limits, each with one lane. */
record Groups(Vertx vertx, Node node, BookingSettings settings) {

  <C, R> GroupCommit<C, R> of(String name, GroupCommit.Batch<C, R> batch) {
    return new GroupCommit<>(
            vertx, node.database(), node.meters(), name, settings.groupSize(), 1, batch)
        .waitingAtMost(settings.maxWaiting());
  }
}
