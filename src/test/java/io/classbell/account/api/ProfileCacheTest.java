package io.classbell.account.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.account.api.AccountApi.Changed;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Trace;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProfileCacheTest {
  static {
    Trace.register();
  }

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx);
  private final AtomicLong nanos = new AtomicLong();
  private final List<List<String>> questions = new CopyOnWriteArrayList<>();
  private final ProfileCache people = new ProfileCache(bus, nanos::get, 3);

  @BeforeEach
  void serve() throws Exception {
    await(
        bus.serve(
            AccountApi.PEOPLE,
            q -> {
              questions.add(q.ids());
              return new AccountApi.People(
                  q.ids().stream()
                      .filter(id -> !id.startsWith("no"))
                      .map(ProfileCacheTest::person)
                      .toList());
            }));
    await(people.start());
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void who_is_held_is_not_asked_for_again() throws Exception {
    assertThat(find("a", "b")).containsOnlyKeys("a", "b");
    assertThat(find("a", "b", "c")).containsOnlyKeys("a", "b", "c");

    assertThat(questions).containsExactly(List.of("a", "b"), List.of("c"));
  }

  @Test
  void who_does_not_exist_is_left_out() throws Exception {
    assertThat(find("a", "nobody")).containsOnlyKeys("a");
  }

  @Test
  void after_a_minute_they_are_asked_for_again() throws Exception {
    find("a");
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    find("a");

    assertThat(questions).hasSize(2);
  }

  @Test
  void who_changed_is_asked_for_again() throws Exception {
    find("a", "b");
    bus.publish(AccountApi.PERSON_CHANGED, new Changed("a"));
    // Local delivery keeps its order: this marker is heard after the event before it.
    await(bus.ask(AccountApi.PEOPLE, new AccountApi.PeopleByIds(List.of("marker"))));
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (questions.stream().filter(List.of("a")::equals).findAny().isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(end);
      find("a", "b");
    }

    assertThat(questions).doesNotContain(List.of("b"));
  }

  @Test
  void no_more_are_held_than_allowed() throws Exception {
    find("a", "b", "c", "d");
    find("b", "c", "d");
    find("a");

    assertThat(questions).containsExactly(List.of("a", "b", "c", "d"), List.of("a"));
  }

  @Test
  void many_are_asked_for_in_questions_of_bounded_size() throws Exception {
    String[] ids = IntStream.range(0, 2_500).mapToObj(i -> "p" + i).toArray(String[]::new);

    assertThat(find(ids)).hasSize(2_500);

    assertThat(questions).extracting(List::size).containsExactlyInAnyOrder(1_000, 1_000, 500);
  }

  private Map<String, Person> find(String... ids) throws Exception {
    return await(people.findByIds(List.of(ids)));
  }

  private static Person person(String id) {
    return new Person(id, id + "@x.test", "N " + id, Role.student, true, "UTC", "en");
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
  }
}
