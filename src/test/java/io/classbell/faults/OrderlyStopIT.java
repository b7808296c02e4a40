package io.classbell.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * SIGTERM under load: nobody is cut off. A request is answered (if need be by 503 with Retry-After)
 * or its connection is refused; and what was acknowledged stands.
 */
class OrderlyStopIT {
  private static final Duration GRACE = Duration.ofSeconds(40);
  private static final Duration START = Duration.ofSeconds(90);
  private static final List<String> ALL = List.of();

  private static TestCluster cluster(List<List<String>> roles) throws Exception {
    long seed = System.nanoTime();
    return TestCluster.start(
        Files.createDirectories(Path.of("target/faults/stop-" + seed)), roles, seed);
  }

  @Test
  void three_nodes_restarted_one_after_the_other_fail_no_request_and_lose_nothing()
      throws Exception {
    try (TestCluster cluster = cluster(List.of(ALL, ALL, ALL))) {
      Crowd crowd = new Crowd(cluster.nodes());
      crowd.start();
      restart(cluster.nodes(), crowd);
    }
  }

  @Test
  void nodes_that_share_the_roles_out_are_restarted_alike() throws Exception {
    List<List<String>> roles =
        List.of(
            List.of("http"),
            List.of("http", "account", "notification"),
            List.of("booking", "wallet", "schedule"),
            ALL);
    try (TestCluster cluster = cluster(roles)) {
      List<NodeProcess> doors = cluster.nodes().subList(0, 2);
      Crowd crowd = new Crowd(doors);
      crowd.start();
      restart(List.of(doors.getFirst(), cluster.nodes().get(2)), crowd);
    }
  }

  private static void restart(List<NodeProcess> nodes, Crowd crowd) throws Exception {
    for (NodeProcess node : nodes) {
      crowd.awaitAnswers();
      long told = System.nanoTime();
      assertThat(node.terminate(GRACE)).as("exit code of %s", node.name()).isZero();
      long gone = System.nanoTime();
      node.start();
      node.awaitReady(START);
      System.out.printf(
          "%s stopped within %d ms, and was ready after another %d ms%n",
          node.name(),
          TimeUnit.NANOSECONDS.toMillis(gone - told),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - gone));
    }
    crowd.awaitAnswers();
    crowd.stop();
    Journal journal = crowd.journal();
    System.out.println(
        journal.report() + "Connections refused: " + journal.connectionsRefused() + ".");
    assertThat(journal.discourtesies()).isEmpty();
    assertThat(journal.connectionsRefused()).as("nodes were really away").isPositive();
    crowd.compareNotes();
  }

  @Test
  void a_node_told_to_stop_says_so_first_and_answers_all_that_it_took() throws Exception {
    try (TestCluster cluster = cluster(List.of(ALL, ALL, ALL))) {
      NodeProcess leaving = cluster.nodes().getLast();
      // Everybody is at the node that goes, until it is gone.
      List<NodeProcess> doors = new CopyOnWriteArrayList<>(List.of(leaving));
      Crowd crowd = new Crowd(doors);
      crowd.start();
      crowd.awaitAnswers();
      Goodbye goodbye = new Goodbye();
      HttpClient.newHttpClient()
          .newWebSocketBuilder()
          .buildAsync(
              URI.create(leaving.url().replace("http", "ws") + "/eventbus/websocket"), goodbye)
          .get(40, TimeUnit.SECONDS);

      leaving.tellToStop();

      boolean saidNotReady = false;
      long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (leaving.isAlive()) {
        assertThat(System.nanoTime()).as("still there after a minute").isLessThan(limit);
        saidNotReady |= leaving.readiness() == 503;
        Thread.sleep(10);
      }
      doors.addAll(cluster.nodes().subList(0, 2));
      assertThat(leaving.exitCode()).isZero();
      assertThat(saidNotReady).as("not ready, before it was gone").isTrue();
      assertThat(goodbye.code.get(40, TimeUnit.SECONDS)).as("the socket's end").isEqualTo(3000);
      crowd.awaitAnswers();
      crowd.stop();
      assertThat(crowd.journal().discourtesies()).isEmpty();
      crowd.compareNotes();
    }
  }

  /** A browser's socket: hears how it ends. */
  private static final class Goodbye implements WebSocket.Listener {
    final CompletableFuture<Integer> code = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      code.complete(status);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      code.completeExceptionally(error);
    }
  }
}
