package io.classbell.http;

import io.classbell.platform.Node;
import io.classbell.platform.health.Health;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the event loops of one node have in common. All of it may be touched by any of them at any
 * time.
 *
 * @param inFlight requests in work
 */
record HttpShared(
    Node node,
    HttpSettings settings,
    TokenRules tokenRules,
    Contract contract,
    EndedSessions endedSessions,
    LiveUsers liveUsers,
    SocketPlaces socketPlaces,
    SocketLimits socketLimits,
    AtomicInteger inFlight,
    ClientAddress addresses,
    ConnectionLimits connectionLimits,
    BadConnections badConnections,
    RateLimits rateLimits,
    Repetition repetition,
    Health health,
    Ask ask,
    Map<String, Call.Route> routes) {}
