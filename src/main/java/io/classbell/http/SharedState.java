package io.classbell.http;

import io.classbell.http.api.HttpSettings;
import io.classbell.http.api.TokenRules;
import io.classbell.http.auth.EndedSessions;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.connection.ConnectionLimits;
import io.classbell.http.contract.Contract;
import io.classbell.http.idempotency.IdempotentExecution;
import io.classbell.http.limit.ClientAddress;
import io.classbell.http.limit.RateLimits;
import io.classbell.http.live.LiveUsers;
import io.classbell.http.live.SocketLimits;
import io.classbell.http.live.SocketPlaces;
import io.classbell.http.page.Pages;
import io.classbell.http.problem.BadConnections;
import io.classbell.platform.health.Health;
import io.classbell.platform.node.Node;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * State that the event loops of one node share. All parts are thread-safe.
 *
 * @param inFlight number of requests in progress
 */
record SharedState(
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
    IdempotentExecution repetition,
    Health health,
    ModuleClient ask,
    Pages pages,
    Map<String, Call.Route> routes) {}
