package io.classbell;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Prometheus reads of a whole node on which something has happened. */
class MetricsIT {
  private static final Pattern NAME = Pattern.compile("classbell_[a-z_]+");
  private static final List<Path> PAGES =
      List.of(Path.of("src/docs/operations.md"), Path.of("src/docs/security.md"));

  private static RealNode node;

  @BeforeAll
  static void something_happens() {
    node = RealNode.inTestMode();
    Visitor teacher = Visitor.register(node.port(), "teacher");
    Visitor student = Visitor.register(node.port(), "student");
    String slot =
        teacher
            .post(
                "/teachers/me/slots",
                """
                {"title": "Algebra", "startsAt": "%s", "durationMinutes": 60, "capacity": 1, "price": 0}
                """
                    .formatted(Instant.now().plus(Duration.ofDays(3))))
            .mustBe(201)
            .text("id");
    student.post("/bookings", "{\"slotId\": \"%s\"}".formatted(slot)).mustBe(201);
    node.execute(
        "INSERT INTO dead_letter (id, source, address, due_at, body, attempts, parked_at) VALUES"
            + " ('01970000-0000-7000-8000-000000000001', 'schedule', 'booking.milestone',"
            + " UTC_TIMESTAMP(3), '{}', 1, UTC_TIMESTAMP(3))");
    // What became due is done when the clock has been moved.
    student.post("/test/clock", "{\"advance\": \"PT73H\"}").mustBe(200);
    TestNode.until(
        "the dead letter is counted",
        Duration.ofSeconds(40),
        () -> node.metrics().contains("classbell_dead_letters{"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static Set<String> names(Pattern line, String text) {
    return line.matcher(text)
        .results()
        .map(MatchResult::group)
        .flatMap(found -> NAME.matcher(found).results().map(MatchResult::group))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void every_metric_of_ours_says_what_it_is() {
    String metrics = node.metrics();
    assertThat(metrics.lines())
        .filteredOn(line -> line.startsWith("# HELP classbell_"))
        .hasSizeGreaterThan(20)
        .allMatch(line -> line.matches("# HELP classbell_\\S+ \\S.+"));
  }

  @Test
  void the_metrics_that_operators_are_told_of_are_there_by_these_names() throws Exception {
    Set<String> there = names(Pattern.compile("(?m)^classbell_[a-z_]+"), node.metrics());
    Set<String> told = new TreeSet<>();
    for (Path page : PAGES) {
      told.addAll(names(NAME, Files.readString(page)));
    }
    // A database user and a cookie.
    told.removeAll(Set.of("classbell_migrate", "classbell_device"));
    assertThat(told).hasSizeGreaterThan(8);
    assertThat(there).containsAll(told);
  }
}
