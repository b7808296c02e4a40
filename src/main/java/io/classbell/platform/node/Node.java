package io.classbell.platform.node;

import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Database;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.time.PlatformClock;
import io.micrometer.core.instrument.MeterRegistry;

/** The services of a node, which every verticle gets by constructor; created once, in main. */
public record Node(
    Bus bus,
    Database database,
    PlatformClock clock,
    Outbox outbox,
    MeterRegistry meters,
    OutgoingClient outgoing,
    boolean testMode) {}
