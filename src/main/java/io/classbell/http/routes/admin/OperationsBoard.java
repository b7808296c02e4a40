package io.classbell.http.routes.admin;

import io.classbell.booking.api.MeetingApi;
import io.classbell.http.call.ModuleClient;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.node.NodeBeacon;
import io.classbell.platform.node.NodeBeacon.NodeStatus;
import io.classbell.platform.time.PlatformClock;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Proof;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the figures of the operations board: the last proof of the books, what waits for an
 * admin, the queues, and the status that every node publishes. One instance per HTTP node; safe for
 * use from any thread.
 */
public final class OperationsBoard {
  /** Nodes that have been silent for longer are no longer shown. */
  private static final long SILENT_INTERVALS = 5;

  /**
   * The board; null figures are not known because a module did not answer.
   *
   * @param at platform time
   * @param books null if the books were never proved
   */
  public record Board(
      Instant at,
      @Nullable Proof books,
      Waiting waiting,
      Queues queues,
      @Nullable Long openMeetings,
      List<NodeLine> nodes) {}

  /** What waits for the decision of an admin. */
  public record Waiting(@Nullable Long reviews, @Nullable Long deadLetters) {}

  /** Work that is due and not done. */
  public record Queues(@Nullable Long messages, @Nullable Long deliveries) {}

  /** A node; its instants are real time. */
  public record NodeLine(
      String id,
      String name,
      List<String> roles,
      Instant startedAt,
      Instant seenAt,
      boolean draining,
      long connections,
      long liveUsers,
      long requestsInFlight) {

    static NodeLine of(NodeStatus status) {
      return new NodeLine(
          status.id(),
          status.name(),
          status.roles(),
          status.startedAt(),
          status.at(),
          status.draining(),
          status.figures().getOrDefault("connections", 0L),
          status.figures().getOrDefault("liveUsers", 0L),
          status.figures().getOrDefault("requestsInFlight", 0L));
    }
  }

  private final ModuleClient ask;
  private final PlatformClock clock;
  private final Map<String, NodeStatus> nodes = new ConcurrentHashMap<>();

  public OperationsBoard(ModuleClient ask, PlatformClock clock) {
    this.ask = ask;
    this.clock = clock;
  }

  /** Notes the status that a node has published. */
  public void heard(NodeStatus status) {
    nodes.put(status.id(), status);
    Instant silent = clock.realNow().minus(NodeBeacon.INTERVAL.multipliedBy(SILENT_INTERVALS));
    nodes.values().removeIf(known -> known.at().isBefore(silent));
  }

  /** Asks the modules for their figures; those of a module that does not answer are null. */
  public Future<Board> read() {
    Future<MeetingApi.MeetingCounts> meetings =
        known(ask.of(MeetingApi.COUNTS, new MeetingApi.CountMeetings()));
    Future<ScheduleApi.MessageCounts> messages =
        known(ask.of(ScheduleApi.COUNTS, new ScheduleApi.CountMessages()));
    Future<NotificationApi.Waiting> deliveries =
        known(ask.of(NotificationApi.WAITING, new NotificationApi.CountWaiting()));
    Future<WalletApi.LastProof> proof =
        known(ask.of(WalletApi.LAST_PROOF, new WalletApi.LastProofOf()));
    return Future.all(meetings, messages, deliveries, proof)
        .map(
            done ->
                board(meetings.result(), messages.result(), deliveries.result(), proof.result()));
  }

  private static <T> Future<T> known(Future<T> answer) {
    return answer.otherwiseEmpty();
  }

  private Board board(
      MeetingApi.@Nullable MeetingCounts meetings,
      ScheduleApi.@Nullable MessageCounts messages,
      NotificationApi.@Nullable Waiting deliveries,
      WalletApi.@Nullable LastProof proof) {
    return new Board(
        clock.now(),
        proof == null ? null : proof.proof(),
        new Waiting(
            meetings == null ? null : meetings.reviews(),
            messages == null ? null : messages.deadLetters()),
        new Queues(
            messages == null ? null : messages.due(),
            deliveries == null ? null : deliveries.deliveries()),
        meetings == null ? null : meetings.open(),
        nodes.values().stream()
            .sorted(Comparator.comparing(NodeStatus::name).thenComparing(NodeStatus::id))
            .map(NodeLine::of)
            .toList());
  }
}
