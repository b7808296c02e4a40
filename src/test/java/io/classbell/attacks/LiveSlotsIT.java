package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Seats that are taken on one node are seen by readers on the other, soon and in few messages. */
class LiveSlotsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START =
      Instant.now().truncatedTo(ChronoUnit.DAYS).plus(9, ChronoUnit.DAYS);

  private static List<RealNode> nodes;

  @BeforeAll
  static void open() {
    nodes = RealNode.two();
  }

  @AfterAll
  static void close() {
    nodes.forEach(RealNode::close);
  }

  private static String slot(Visitor teacher, Instant startsAt) {
    return teacher
        .post(
            "/teachers/me/slots",
            "{\"title\":\"Algebra\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":50,\"price\":0}"
                .formatted(startsAt))
        .mustBe(201)
        .text("id");
  }

  private static List<JsonNode> states(Tab tab, String slot) {
    List<JsonNode> states = new ArrayList<>();
    for (String frame : List.copyOf(tab.received)) {
      try {
        JsonNode body = JSON.readTree(frame).path("body");
        if (slot.equals(body.path("id").asText())) {
          states.add(body);
        }
      } catch (IOException e) {
        throw new AssertionError(frame, e);
      }
    }
    return states;
  }

  @Test
  void readers_without_login_see_seats_of_another_node() {
    Visitor teacher = Visitor.register(nodes.getFirst().port(), "teacher");
    String slot = slot(teacher, START);
    String day = START.toString().substring(0, 10);
    List<Tab> readers = new ArrayList<>();
    for (RealNode node : nodes) {
      readers.add(
          Tab.open(node).send("{\"type\":\"register\",\"address\":\"slots.day." + day + "\"}"));
    }
    int taken = 0;
    for (Tab reader : readers) {
      while (states(reader, slot).isEmpty()) {
        assertThat(taken).isLessThan(40);
        Visitor.register(nodes.getFirst().port(), "student")
            .post("/bookings", "{\"slotId\":\"" + slot + "\"}")
            .mustBe(201);
        taken++;
      }
    }
    int seats = taken;
    for (Tab reader : readers) {
      TestNode.until(
          "the last seat is told",
          () -> states(reader, slot).stream().anyMatch(s -> s.path("seatsTaken").asInt() == seats));
      List<Long> versions =
          states(reader, slot).stream().map(s -> s.path("version").asLong()).toList();
      assertThat(versions.stream().max(Long::compare).orElseThrow())
          .isEqualTo(teacher.get("/slots/" + slot).mustBe(200).json().path("version").asLong());
    }
    teacher.post("/meetings/" + slot + "/cancel", "{}").mustBe(200);
    for (Tab reader : readers) {
      TestNode.until(
          "the cancellation is told",
          () ->
              states(reader, slot).stream()
                  .anyMatch(
                      s ->
                          s.path("status").asText().equals("cancelled")
                              && s.path("seatsTaken").asInt() == 0));
      assertThat(reader.isClosed()).isFalse();
    }
  }
}
