package io.classbell.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of the bus wherever asker and server are. */
abstract class BusSuite {
  enum Colour {
    red,
    green
  }

  record Everything(
      String text,
      @Nullable String nothing,
      long number,
      boolean flag,
      Colour colour,
      Instant at,
      Duration length,
      Secret secret,
      List<Everything> parts,
      Map<String, String> data) {}

  record Number(int value) {}

  record Text(String text) {}

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What is at once on a busy machine, and not after {@link #PATIENCE}. */
  private static final long AT_ONCE = TimeUnit.SECONDS.toNanos(10);

  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  /** Buses of one test are drained after it; the Vertx may live longer. */
  Bus server;

  Bus asker;
  final ContextInternal serving = context(serverVertx());

  abstract Vertx serverVertx();

  abstract Vertx askerVertx();

  abstract Bus bus(Vertx vertx);

  @BeforeEach
  void makeBuses() {
    server = bus(serverVertx());
    asker = bus(askerVertx());
  }

  @AfterEach
  void drainBuses() {
    TestNode.await(server.drain(Duration.ofSeconds(1)));
    TestNode.await(asker.drain(Duration.ofSeconds(1)));
  }

  /** An address of this test's own. */
  static <Q, A> Operation<Q, A> operation(Class<Q> request, Class<A> reply) {
    return Operation.of("test.operation-" + ADDRESSES.incrementAndGet(), request, reply);
  }

  static <E> Event<E> event(Class<E> body) {
    return Event.of("test.event-" + ADDRESSES.incrementAndGet(), body);
  }

  static ContextInternal context(Vertx vertx) {
    return ((VertxInternal) vertx).createVirtualThreadContext();
  }

  static <T> Future<T> on(ContextInternal context, Callable<T> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            promise.complete(work.call());
          } catch (Throwable t) {
            promise.fail(t);
          }
        });
    return promise.future();
  }

  <Q, A> void serve(Operation<Q, A> operation, java.util.function.Function<Q, A> handler) {
    TestNode.await(on(serving, () -> server.serve(operation, handler).await()));
  }

  <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return TestNode.await(start(operation, request));
  }

  <Q, A> Future<A> start(Operation<Q, A> operation, Q request) {
    return on(context(askerVertx()), () -> asker.ask(operation, request, PATIENCE).await());
  }

  @Test
  void every_kind_of_value_arrives_as_it_was() {
    Operation<Everything, Everything> echo = operation(Everything.class, Everything.class);
    serve(echo, e -> e);
    Everything leaf =
        new Everything(
            "a\"b\\c\n🎻\u0000",
            null,
            Long.MAX_VALUE,
            true,
            Colour.green,
            Instant.parse("2026-03-29T01:30:00.123Z"),
            Duration.ofMinutes(90),
            Secret.of("s3cret"),
            List.of(),
            Map.of("k", "v", "", "empty"));
    Everything tree =
        new Everything(
            "",
            "something",
            Long.MIN_VALUE,
            false,
            Colour.red,
            Instant.EPOCH,
            Duration.ZERO,
            Secret.of(""),
            List.of(leaf, leaf),
            Map.of());

    assertThat(ask(echo, tree)).isEqualTo(tree);
  }

  @Test
  void a_refusal_arrives_whole() {
    Operation<Number, Number> picky = operation(Number.class, Number.class);
    Rejection failure =
        new Rejection(
            422,
            "odd",
            "Odd.",
            true,
            7,
            List.of(new Rejection.FieldError("value", "odd", "Is odd.")));
    serve(
        picky,
        n -> {
          throw new RejectedException(failure);
        });

    assertThatThrownBy(() -> ask(picky, new Number(1)))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.failure()).isEqualTo(failure));
  }

  @Test
  void a_handler_that_throws_is_answered_for() {
    Operation<Number, Number> broken = operation(Number.class, Number.class);
    serve(
        broken,
        n -> {
          if (n.value() == 1) {
            throw new IllegalStateException("secret detail");
          }
          if (n.value() == 2) {
            throw new StackOverflowError();
          }
          // What a call elsewhere fails with says nothing of the database.
          return Future.<Number>failedFuture(
                  n.value() == 3
                      ? new TimeoutException("secret detail")
                      : new VertxException("secret detail"))
              .await();
        });

    for (int i = 1; i <= 4; i++) {
      Number request = new Number(i);
      assertThatThrownBy(() -> ask(broken, request))
          .isInstanceOfSatisfying(
              RejectedException.class,
              e -> {
                assertThat(e.failure().status()).isEqualTo(500);
                assertThat(e.failure().code()).isEqualTo("internal_error");
                assertThat(e.failure().detail()).doesNotContain("secret");
              });
    }
  }

  @Test
  void a_server_that_does_not_know_the_outcome_says_so() {
    Operation<Number, Number> unsure = operation(Number.class, Number.class);
    serve(
        unsure,
        n -> {
          throw new OutcomeUnknown("elsewhere", new IllegalStateException("time-out"));
        });

    assertThatThrownBy(() -> ask(unsure, new Number(1)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.failure().code()).isEqualTo("outcome_unknown"));
  }

  @Test
  void where_nobody_serves_the_outcome_is_unknown_at_once() {
    Operation<Number, Number> nobody = operation(Number.class, Number.class);
    long begun = System.nanoTime();

    assertThatThrownBy(() -> ask(nobody, new Number(1))).isInstanceOf(OutcomeUnknown.class);
    assertThat(System.nanoTime() - begun).isLessThan(AT_ONCE);
  }

  @Test
  void who_does_not_answer_in_time_leaves_the_outcome_unknown() {
    Operation<Number, Number> slow = operation(Number.class, Number.class);
    Promise<Void> never = Promise.promise();
    serve(
        slow,
        n -> {
          never.future().await();
          return n;
        });

    Future<Number> asked =
        on(
            context(askerVertx()),
            () -> asker.ask(slow, new Number(1), Duration.ofMillis(300)).await());

    assertThatThrownBy(() -> TestNode.await(asked)).isInstanceOf(OutcomeUnknown.class);
    never.complete();
  }

  @Test
  void messages_are_served_side_by_side_even_while_handlers_wait() {
    Operation<Number, Number> slow = operation(Number.class, Number.class);
    serve(
        slow,
        n -> {
          serverVertx().timer(200, TimeUnit.MILLISECONDS).await();
          return new Number(n.value() * 2);
        });
    long begun = System.nanoTime();

    List<Future<Number>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(start(slow, new Number(i)));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(TestNode.await(asked.get(i)).value()).isEqualTo(2 * i);
    }
    assertThat(System.nanoTime() - begun).isLessThan(AT_ONCE);
  }

  @Test
  void a_burst_is_answered_whole() {
    Operation<Number, Number> busy = operation(Number.class, Number.class);
    serve(busy, n -> n);
    ContextInternal asking = context(askerVertx());

    List<Future<Number>> asked =
        TestNode.await(
            on(
                asking,
                () -> {
                  List<Future<Number>> all = new ArrayList<>();
                  for (int i = 0; i < 5000; i++) {
                    all.add(asker.ask(busy, new Number(i), PATIENCE));
                  }
                  return all;
                }));

    assertThat(TestNode.await(Future.all(asked)).<Number>list()).hasSize(5000);
  }

  @Test
  void a_trace_goes_along_and_stays_with_its_message() {
    Operation<Number, Text> inner = operation(Number.class, Text.class);
    Operation<Number, Text> outer = operation(Number.class, Text.class);
    serve(inner, n -> new Text("inner " + Trace.current()));
    serve(
        outer,
        n -> {
          serverVertx().timer(20, TimeUnit.MILLISECONDS).await();
          String mine = Trace.current();
          return new Text(mine + ", " + server.ask(inner, n).await().text());
        });
    List<Future<Text>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String trace = "t" + i;
      asked.add(
          on(
              context(askerVertx()),
              () -> {
                if (!trace.equals("t7")) {
                  Trace.set(trace);
                }
                return asker.ask(outer, new Number(1)).await();
              }));
    }
    for (int i = 0; i < 20; i++) {
      String trace = i == 7 ? "null" : "t" + i;
      assertThat(TestNode.await(asked.get(i)).text()).isEqualTo(trace + ", inner " + trace);
    }
  }

  @Test
  void an_event_reaches_every_listener_whatever_one_of_them_does() {
    Event<Number> bell = event(Number.class);
    List<String> heard = new CopyOnWriteArrayList<>();
    TestNode.await(on(serving, () -> server.on(bell, n -> heard.add("one")).await()));
    TestNode.await(
        on(
            serving,
            () ->
                server
                    .on(
                        bell,
                        n -> {
                          throw new IllegalStateException("deaf");
                        })
                    .await()));
    TestNode.await(on(context(askerVertx()), () -> asker.on(bell, n -> heard.add("two")).await()));

    asker.publish(bell, new Number(1));
    TestNode.until("both heard", () -> heard.size() == 2);
    asker.publish(bell, new Number(2));
    TestNode.until("both heard again", () -> heard.size() == 4);
    assertThat(heard).containsOnly("one", "two");
  }

  @Test
  void what_is_sent_reaches_one_listener() {
    Event<Number> note = event(Number.class);
    AtomicInteger heard = new AtomicInteger();
    AtomicInteger sum = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      TestNode.await(
          on(
              serving,
              () ->
                  server
                      .on(
                          note,
                          n -> {
                            heard.incrementAndGet();
                            sum.addAndGet(n.value());
                          })
                      .await()));
    }

    for (int i = 1; i <= 30; i++) {
      asker.send(note, new Number(i));
    }
    TestNode.until("all heard", () -> sum.get() == 465);
    assertThat(heard).hasValue(30);
  }

  @Test
  void a_bus_that_drains_ends_what_it_began_and_takes_nothing_new() {
    Operation<Number, Number> slow = operation(Number.class, Number.class);
    Promise<Void> begun = Promise.promise();
    Promise<Void> go = Promise.promise();
    serve(
        slow,
        n -> {
          begun.tryComplete();
          go.future().await();
          return n;
        });
    Future<Number> first = start(slow, new Number(1));
    TestNode.await(begun.future());

    Future<Void> drained = server.drain(PATIENCE);
    Future<Number> second =
        on(
            context(askerVertx()),
            () -> asker.ask(slow, new Number(2), Duration.ofMillis(500)).await());
    assertThatThrownBy(() -> TestNode.await(second)).isInstanceOf(OutcomeUnknown.class);
    assertThat(drained.isComplete()).isFalse();
    go.complete();

    assertThat(TestNode.await(first).value()).isEqualTo(1);
    TestNode.await(drained);
    assertThat(server.inFlight()).isZero();
  }

  @Test
  void a_task_gets_its_bodies_and_the_unreadable_ones_fail_alone() {
    Task<Number> task = Task.of("test.task-" + ADDRESSES.incrementAndGet(), Number.class);
    List<Task.Due<Number>> got = new CopyOnWriteArrayList<>();
    TestNode.await(
        on(
            serving,
            () ->
                server
                    .serveTask(
                        task,
                        batch -> {
                          got.addAll(batch);
                          return List.of(new Task.Failed("c", "not now"));
                        })
                    .await()));
    Instant due = Instant.parse("2026-01-01T00:00:00Z");

    Task.Delivered delivered =
        ask(
            task.delivery(),
            new Task.Deliver(
                List.of(
                    new Task.Stored("a", task.address(), due, 1, "{\"value\":5,\"more\":[1]}"),
                    new Task.Stored("b", task.address(), due, 2, "{}"),
                    new Task.Stored("c", task.address(), due, 3, "{\"value\":7}"))));

    assertThat(got)
        .containsExactly(
            new Task.Due<>("a", due, 1, new Number(5)), new Task.Due<>("c", due, 3, new Number(7)));
    assertThat(delivered.failed()).extracting(Task.Failed::id).containsExactly("b", "c");
  }

  @Test
  void a_message_whose_handler_fails_with_a_checked_exception_is_to_blame_for_it() {
    Task<Number> task = Task.of("test.task-" + ADDRESSES.incrementAndGet(), Number.class);
    TestNode.await(
        on(
            serving,
            () ->
                server
                    .serveTask(
                        task,
                        batch ->
                            Future.<List<Task.Failed>>failedFuture(new TimeoutException("late"))
                                .await())
                    .await()));

    Task.Delivered delivered =
        ask(
            task.delivery(),
            new Task.Deliver(
                List.of(
                    new Task.Stored(
                        "a",
                        task.address(),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        1,
                        "{\"value\":5}"))));

    assertThat(delivered.failed())
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.id()).isEqualTo("a");
              assertThat(failed.error()).contains("late");
              assertThat(failed.canWait()).isFalse();
            });
  }
}
