package io.classbell.booking.command;

import io.classbell.booking.api.BookingSettings;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.node.Node;
import io.vertx.core.Vertx;

/** Makes the module's group commits, all with the same limits, each with one lane. */
public record CommandGroups(Vertx vertx, Node node, BookingSettings settings) {

  <C, R> GroupCommit<C, R> of(String name, GroupCommit.Batch<C, R> batch) {
    return new GroupCommit<>(
            vertx, node.database(), node.meters(), name, settings.groupSize(), 1, batch)
        .waitingAtMost(settings.maxWaiting());
  }
}
