package io.classbell.account.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.account.password.FairTurns.TurnRequest;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairTurnsTest {
  private long now;
  private final FairTurns turns = new FairTurns(1, 4, () -> now);
  private final List<String> order = new ArrayList<>();

  private Future<Void> enter(String network, String account, String id) {
    return turns
        .enter(new TurnRequest(network, account, id, 100))
        .onSuccess(begun -> order.add(id))
        .onFailure(dropped -> order.add("no " + id));
  }

  private void leave(int times) {
    for (int i = 0; i < times; i++) {
      turns.leave();
    }
  }

  @Test
  void networks_take_turns_and_accounts_within_a_network() {
    enter("n1", "a", "1");
    enter("n1", "a", "2");
    enter("n1", "a", "3");
    enter("n1", "b", "4");
    enter("n2", "c", "5");
    leave(5);

    assertThat(order).containsExactly("1", "2", "5", "4", "3");
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void when_it_is_full_the_newest_of_who_waits_most_makes_room() {
    enter("n1", "a", "1");
    enter("n1", "a", "2");
    enter("n1", "a", "3");
    enter("n1", "b", "4");
    enter("n1", "a", "5");
    enter("n2", "c", "6");
    enter("n1", "a", "7");
    leave(5);

    assertThat(order).containsExactly("1", "no 5", "no 7", "2", "6", "4", "3");
  }

  @Test
  void who_is_gone_gets_no_turn() {
    enter("n1", "a", "1");
    enter("n1", "a", "2");
    enter("n1", "a", "3");
    turns.cancel("2");
    turns.cancel("nobody");
    leave(1);

    assertThat(order).containsExactly("1", "no 2", "3");
  }

  @Test
  void who_is_gone_gets_no_turn_later_either_until_it_is_forgotten() {
    turns.cancel("1");
    enter("n1", "a", "1");
    now = FairTurns.REMEMBERED.toNanos();
    turns.cancel("2");
    enter("n1", "a", "1");

    assertThat(order).containsExactly("no 1", "1");
  }

  @Test
  void whose_deadline_is_over_gets_no_turn() {
    enter("n1", "a", "1");
    enter("n1", "a", "2");
    now = 100;
    leave(1);
    enter("n1", "a", "3");

    assertThat(order).containsExactly("1", "no 2", "3");
  }
}
