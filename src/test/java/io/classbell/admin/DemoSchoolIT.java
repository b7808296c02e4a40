package io.classbell.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.testing.Visitor;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo school shows something in every list, and its books are right. */
class DemoSchoolIT {
  private static RealNode node;
  private static Visitor admin;
  private static JsonNode opened;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    admin = Visitor.demo(node.port(), "admin");
    long begun = System.nanoTime();
    opened = SchoolOpening.open(node.port(), admin);
    System.out.printf("The demo school took %d ms%n", (System.nanoTime() - begun) / 1_000_000);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static JsonNode items(String path) {
    return admin.get(path).mustBe(200).json().path("items");
  }

  private static long count(String sql) {
    return Long.parseLong(node.rows("SELECT COUNT(*) FROM " + sql).getFirst());
  }

  @Test
  void there_are_teachers_and_classes_full_open_and_past_and_reviews_wait() {
    assertThat(opened.path("teachers").asInt()).isEqualTo(12);
    assertThat(items("/teachers?limit=100").size()).isGreaterThanOrEqualTo(12);
    assertThat(count("meeting WHERE status = 'scheduled'")).isGreaterThan(150);
    assertThat(count("meeting WHERE status = 'open'")).isEqualTo(3);
    assertThat(count("meeting WHERE status = 'scheduled' AND seats_taken = capacity"))
        .isGreaterThan(5);
    assertThat(count("meeting WHERE status = 'closed'")).isEqualTo(6);
    assertThat(items("/admin/reviews").size()).isEqualTo(2);
    assertThat(count("ledger_transaction WHERE kind = 'release'")).isGreaterThanOrEqualTo(8);
    Set<String> subjects =
        new TreeSet<>(node.rows("SELECT DISTINCT subject FROM meeting WHERE subject IS NOT NULL"));
    assertThat(subjects).hasSize(12);
  }

  @Test
  void its_people_log_in_with_the_password_of_the_demo_accounts() {
    Visitor teacher =
        Visitor.nobody(node.port()).login("clara.hoffmann@classbell.test", "classbell-demo");
    assertThat(teacher.get("/wallet").mustBe(200).json().path("balance").asLong()).isPositive();
  }

  @Test
  void a_second_call_creates_nothing_twice_and_the_books_are_right() {
    long users = count("user_account");
    long meetings = count("meeting WHERE status = 'scheduled'");
    SchoolOpening.open(node.port(), admin);
    assertThat(count("user_account")).isEqualTo(users);
    assertThat(count("meeting WHERE status = 'scheduled'")).isEqualTo(meetings);
    assertThat(items("/admin/reviews").size()).isEqualTo(2);
    JsonNode audit = admin.get("/admin/ledger/audit").mustBe(200).json();
    assertThat(audit.path("ok").asBoolean()).as(audit.toString()).isTrue();
  }
}
