package io.classbell.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.ConfirmReset;
import io.classbell.account.api.AccountApi.Ended;
import io.classbell.account.api.AccountApi.EndedSince;
import io.classbell.account.api.AccountApi.ListTeachers;
import io.classbell.account.api.AccountApi.ListUsers;
import io.classbell.account.api.AccountApi.Login;
import io.classbell.account.api.AccountApi.Logout;
import io.classbell.account.api.AccountApi.PeopleByIds;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.AccountApi.ProfileOf;
import io.classbell.account.api.AccountApi.Refresh;
import io.classbell.account.api.AccountApi.Register;
import io.classbell.account.api.AccountApi.RequestReset;
import io.classbell.account.api.AccountApi.Teachers;
import io.classbell.account.api.AccountApi.Tokens;
import io.classbell.account.api.AccountApi.UpdateProfile;
import io.classbell.account.api.AccountApi.Updated;
import io.classbell.account.api.AccountApi.User;
import io.classbell.account.api.AccountApi.Users;
import io.classbell.account.api.AccountSettings;
import io.classbell.account.session.OpaqueToken;
import io.classbell.account.session.Sessions;
import io.classbell.account.session.TokenIssuer;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.ResetStore;
import io.classbell.account.store.SessionStore;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.config.Secret;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.redis.RedisStore;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class AccountIT {
  private static final String PASSWORD = "correct horse battery";
  private static final String LINK = "https://classes.example.org/reset?token=";

  @Parameter TestDatabase database;
  private final List<NotificationApi.Mail> mails = new CopyOnWriteArrayList<>();
  private final List<String> endedHeard = new CopyOnWriteArrayList<>();
  private final List<String> changedHeard = new CopyOnWriteArrayList<>();
  private DatabaseSettings settings;
  private TestNode house;
  private RedisStore redis;
  private String address;

  @BeforeEach
  void start() {
    settings = database.fresh();
    house = TestNode.on(settings);
    redis = RedisStore.connect(house.vertx(), TestRedis.fresh());
    TestNode.await(redis.firstAttempt());
    // Tests share a Redis: nobody else counts for this address.
    address = "test-" + Ids.next();
    house.run(this::listen);
    house.deploy(account("{}"));
  }

  @AfterEach
  void stop() {
    TestNode.await(redis.close());
    house.close();
  }

  // ---------------------------------------------------------------- calendar feeds

  @Test
  void a_calendar_feed_address_belongs_to_one_user_until_it_is_replaced_or_revoked() {
    User ada = teacher("Ada");
    User bob = teacher("Bob");
    Secret first = feedOf(ada);
    Secret bobs = feedOf(bob);
    assertThat(ownerOf(first)).isEqualTo(ada.id());
    assertThat(ownerOf(bobs)).isEqualTo(bob.id());

    Secret second = feedOf(ada);
    assertThat(second.reveal()).hasSizeGreaterThanOrEqualTo(43).isNotEqualTo(first.reveal());
    assertNoFeed(first);
    assertThat(ownerOf(second)).isEqualTo(ada.id());

    ask(AccountApi.REVOKE_CALENDAR_FEED, new AccountApi.RevokeCalendarFeed(ada.id()));
    ask(AccountApi.REVOKE_CALENDAR_FEED, new AccountApi.RevokeCalendarFeed(ada.id()));
    assertNoFeed(second);
    assertNoFeed(Secret.of("unknown"));
    assertThat(ownerOf(bobs)).isEqualTo(bob.id());
  }

  @Test
  void a_disabled_account_has_no_calendar_feed() {
    User ada = teacher("Ada");
    Secret token = feedOf(ada);
    disable(ada.id());
    assertNoFeed(token);
    assertThat(
            refused(AccountApi.CREATE_CALENDAR_FEED, new AccountApi.CreateCalendarFeed(ada.id()))
                .failure()
                .status())
        .isEqualTo(404);
  }

  private Secret feedOf(User user) {
    return ask(AccountApi.CREATE_CALENDAR_FEED, new AccountApi.CreateCalendarFeed(user.id()))
        .token();
  }

  private String ownerOf(Secret token) {
    return ask(AccountApi.CALENDAR_FEED_OWNER, new AccountApi.CalendarFeedOwner(token)).id();
  }

  private void assertNoFeed(Secret token) {
    RejectedException refused =
        refused(AccountApi.CALENDAR_FEED_OWNER, new AccountApi.CalendarFeedOwner(token));
    assertThat(refused.failure().status()).isEqualTo(404);
  }

  // ---------------------------------------------------------------- registration

  @Test
  void who_registers_can_log_in_and_is_told_what_was_understood() {
    User user =
        ask(
            AccountApi.REGISTER,
            new Register(
                Ids.next(),
                " Ada@Example.ORG ",
                Secret.of(PASSWORD),
                " Ada L. ",
                Role.teacher,
                "europe/berlin",
                "de-at",
                address));

    assertThat(user.email()).isEqualTo("ada@example.org");
    assertThat(user.name()).isEqualTo("Ada L.");
    assertThat(user.timezone()).isEqualTo("Europe/Berlin");
    assertThat(user.locale()).isEqualTo("de-AT");
    assertThat(user.role()).isEqualTo(Role.teacher);
    assertThat(user.status()).isEqualTo("active");
    assertThat(login("ADA@example.org", PASSWORD).user()).isEqualTo(user);
    assertThat(ask(AccountApi.PROFILE, new ProfileOf(user.id()))).isEqualTo(user);
  }

  @Test
  void every_field_at_fault_is_named_at_once() {
    RejectedException refused =
        refused(
            AccountApi.REGISTER,
            new Register(
                Ids.next(),
                "a@b.org\r\nBcc: c@d.org",
                Secret.of("short"),
                "\u0007",
                Role.admin,
                "Mars",
                "x",
                address));

    assertThat(refused.failure().status()).isEqualTo(422);
    assertThat(refused.failure().errors())
        .extracting(e -> e.field())
        .containsExactly("email", "password", "name", "role", "timezone", "locale");
  }

  @Test
  void an_address_registers_once_however_many_try_at_the_same_time() {
    List<Future<User>> tries = raceToRegister("same@x.org");

    assertThat(tries).filteredOn(Future::succeeded).hasSize(1);
    assertThat(tries)
        .filteredOn(Future::failed)
        .allSatisfy(f -> assertThat(code(f.cause())).isEqualTo("email_taken"));
    assertThat(rows("SELECT COUNT(*) FROM user_account WHERE email = 'same@x.org'"))
        .containsExactly("1");
  }

  @Test
  void the_same_registration_again_gives_the_same_account() {
    Register command = register("again@x.org");

    assertThat(ask(AccountApi.REGISTER, command)).isEqualTo(ask(AccountApi.REGISTER, command));
  }

  // ---------------------------------------------------------------- login

  @Test
  void unknown_disabled_and_wrong_are_answered_alike_and_cost_one_comparison_each() {
    ask(AccountApi.REGISTER, register("known@x.org"));
    User disabled = ask(AccountApi.REGISTER, register("disabled@x.org"));
    disable(disabled.id());

    for (String email :
        List.of("known@x.org", "disabled@x.org", "unknown@x.org", "no address at all")) {
      long before = comparisons();
      String password = email.startsWith("disabled") ? PASSWORD : "wrong password";
      RejectedException refused =
          refused(AccountApi.LOGIN, new Login(email, Secret.of(password), address, null, null));
      assertThat(refused.failure()).isEqualTo(AccountApi.BAD_CREDENTIALS.failure());
      assertThat(comparisons() - before).as(email).isEqualTo(1);
    }
  }

  @Test
  void after_five_failures_an_account_is_closed_for_a_while_even_to_the_right_password() {
    ask(AccountApi.REGISTER, register("guessed@x.org"));
    for (int i = 0; i < 5; i++) {
      assertThat(
              code(
                  refused(
                      AccountApi.LOGIN,
                      new Login("guessed@x.org", Secret.of("guess " + i), address, null, null))))
          .isEqualTo("bad_credentials");
    }
    long before = comparisons();

    RejectedException closed =
        refused(
            AccountApi.LOGIN, new Login("Guessed@x.org", Secret.of(PASSWORD), address, null, null));

    assertThat(closed.failure().status()).isEqualTo(429);
    assertThat(closed.failure().retryAfterSeconds()).isBetween(1, 60);
    assertThat(comparisons()).isEqualTo(before);
  }

  @Test
  void an_address_that_guesses_at_many_accounts_is_closed_and_others_are_not() {
    ask(AccountApi.REGISTER, register("mine@x.org"));
    for (int i = 0; i < 20; i++) {
      refused(
          AccountApi.LOGIN,
          new Login("nobody" + i + "@x.org", Secret.of("guess"), address, null, null));
    }

    assertThat(
            code(
                refused(
                    AccountApi.LOGIN,
                    new Login("mine@x.org", Secret.of(PASSWORD), address, null, null))))
        .isEqualTo("too_many_attempts");
    assertThat(
            ask(
                AccountApi.LOGIN,
                new Login("mine@x.org", Secret.of(PASSWORD), "other" + address, null, null)))
        .isNotNull();
  }

  @Test
  void of_sixty_guesses_at_once_on_two_nodes_five_are_compared() {
    ask(AccountApi.REGISTER, register("flood@x.org"));
    long before = comparisons();
    TestNode other = TestNode.on(settings);
    try {
      other.deploy(account("{}", other, redis));
      List<TestNode> nodes = List.of(house, other);
      List<Future<Tokens>> tries =
          IntStream.range(0, 60)
              .mapToObj(
                  i ->
                      nodes
                          .get(i % 2)
                          .node()
                          .bus()
                          .ask(AccountApi.LOGIN, wrong("flood@x.org", address)))
              .toList();
      TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

      assertThat(comparisons() - before + comparisons(other)).isEqualTo(5);
      assertThat(tries).filteredOn(f -> code(f.cause()).equals("bad_credentials")).hasSize(5);
      assertThat(tries).filteredOn(f -> code(f.cause()).equals("too_many_attempts")).hasSize(55);
    } finally {
      other.close();
    }
  }

  @Test
  void of_guesses_at_once_from_many_networks_ten_are_compared() {
    ask(AccountApi.REGISTER, register("botnet@x.org"));
    long before = comparisons();
    List<Future<Tokens>> tries =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    house
                        .node()
                        .bus()
                        .ask(AccountApi.LOGIN, wrong("botnet@x.org", i + "-" + address)))
            .toList();
    TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

    assertThat(comparisons() - before).isEqualTo(10);
  }

  @Test
  void many_right_logins_at_once_all_succeed() {
    ask(AccountApi.REGISTER, register("busy@x.org"));
    Login right = new Login("busy@x.org", Secret.of(PASSWORD), address, null, null);
    List<Future<Tokens>> tries =
        IntStream.range(0, 20)
            .mapToObj(i -> house.node().bus().ask(AccountApi.LOGIN, right))
            .toList();
    TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

    assertThat(tries).allMatch(Future::succeeded);
  }

  @Test
  void a_device_that_logged_in_before_gets_in_whatever_strangers_try() {
    ask(AccountApi.REGISTER, register("owner@x.org"));
    Secret device = login("owner@x.org", PASSWORD).device();
    exhaust("owner@x.org");
    assertThat(code(refused(AccountApi.LOGIN, right("owner@x.org", "new-" + address, null))))
        .isEqualTo("too_many_attempts");

    Tokens tokens = ask(AccountApi.LOGIN, right("owner@x.org", address, device));

    assertThat(tokens.device()).isNotNull();
    assertThat(ask(AccountApi.LOGIN, right("owner@x.org", address, tokens.device()))).isNotNull();
  }

  @Test
  void a_known_device_has_five_failures_of_its_own_and_no_more() {
    ask(AccountApi.REGISTER, register("shared@x.org"));
    Secret device = login("shared@x.org", PASSWORD).device();
    for (int i = 0; i < 5; i++) {
      refused(
          AccountApi.LOGIN,
          new Login("shared@x.org", Secret.of("guess"), i + "-" + address, device, null));
    }

    assertThat(code(refused(AccountApi.LOGIN, right("shared@x.org", address, device))))
        .isEqualTo("too_many_attempts");
    assertThat(ask(AccountApi.LOGIN, right("shared@x.org", address, null))).isNotNull();
  }

  @Test
  void a_device_is_known_to_no_other_account_and_not_after_a_new_password() {
    User user = ask(AccountApi.REGISTER, register("mine.only@x.org"));
    ask(AccountApi.REGISTER, register("other.one@x.org"));
    Secret others = login("other.one@x.org", PASSWORD).device();
    Secret device = login("mine.only@x.org", PASSWORD).device();
    exhaust("mine.only@x.org");
    assertThat(code(refused(AccountApi.LOGIN, right("mine.only@x.org", address, others))))
        .isEqualTo("too_many_attempts");
    assertThat(code(refused(AccountApi.LOGIN, right("mine.only@x.org", address, Secret.of("x~.")))))
        .isEqualTo("too_many_attempts");

    Tokens changed =
        update(user, null, null, null, Secret.of(PASSWORD), Secret.of("a new password")).session();

    Login old = new Login("mine.only@x.org", Secret.of("a new password"), address, device, null);
    assertThat(code(refused(AccountApi.LOGIN, old))).isEqualTo("too_many_attempts");
    assertThat(changed).isNotNull();
    Login renewed =
        new Login("mine.only@x.org", Secret.of("a new password"), address, changed.device(), null);
    assertThat(ask(AccountApi.LOGIN, renewed)).isNotNull();
  }

  @Test
  void right_after_a_reset_its_device_and_its_network_get_in() {
    ask(AccountApi.REGISTER, register("besieged@x.org"));
    exhaust("besieged@x.org");
    ask(AccountApi.REQUEST_RESET, new RequestReset("besieged@x.org", address));
    TestNode.until("mailed", () -> mails.size() == 1);
    Secret next = Secret.of("another password");
    AccountApi.ResetConfirmed confirmed =
        ask(
            AccountApi.CONFIRM_RESET,
            new ConfirmReset(token(mails.getFirst()), next, address, null));

    for (Login login :
        List.of(
            new Login("besieged@x.org", next, "elsewhere-" + address, confirmed.device(), null),
            new Login("besieged@x.org", next, address, null, null))) {
      assertThat(ask(AccountApi.LOGIN, login)).isNotNull();
    }
    assertThat(
            code(
                refused(
                    AccountApi.LOGIN,
                    new Login("besieged@x.org", next, "elsewhere-" + address, null, null))))
        .isEqualTo("too_many_attempts");
  }

  /**
   * What security.md states as the most guesses a minute: ten from any number of networks, and five
   * of each device that logged in before.
   */
  @Test
  void the_guesses_of_a_minute_are_those_that_the_documentation_states() {
    ask(AccountApi.REGISTER, register("worst.case@x.org"));
    Secret one = login("worst.case@x.org", PASSWORD).device();
    Secret two = login("worst.case@x.org", PASSWORD).device();
    long before = comparisons();
    for (int i = 0; i < 12; i++) {
      for (Secret device : Arrays.asList(null, one, two)) {
        refused(
            AccountApi.LOGIN,
            new Login("worst.case@x.org", Secret.of("guess"), i + "-" + address, device, null));
      }
    }
    assertThat(comparisons() - before).isEqualTo(10 + 5 + 5);
  }

  private Login right(String email, String from, @Nullable Secret device) {
    return new Login(email, Secret.of(PASSWORD), from, device, null);
  }

  private static Login wrong(String email, String from) {
    return new Login(email, Secret.of("a guess"), from, null, null);
  }

  /** Strangers use up what the account has, from several networks and from this one. */
  private void exhaust(String email) {
    for (int i = 0; i < 5; i++) {
      refused(AccountApi.LOGIN, wrong(email, address));
      refused(AccountApi.LOGIN, wrong(email, "far-" + address));
    }
  }

  @Test
  void three_hundred_logins_of_one_account_do_not_hold_up_another() {
    ask(AccountApi.REGISTER, register("quiet@x.org"));
    ask(AccountApi.REGISTER, register("loud@x.org"));
    Login loud = right("loud@x.org", address, null);
    long before = comparisons();
    List<Future<Tokens>> flood =
        IntStream.range(0, 300)
            .mapToObj(i -> house.node().bus().ask(AccountApi.LOGIN, loud))
            .toList();
    TestNode.until("the flood is there", () -> comparisons() > before);
    long until = comparisons();

    assertThat(ask(AccountApi.LOGIN, right("quiet@x.org", address, null))).isNotNull();

    assertThat(comparisons() - until).as("compared before it").isLessThanOrEqualTo(40);
    TestNode.await(Future.join(flood).transform(r -> Future.succeededFuture()));
  }

  @Test
  void logins_whose_client_is_gone_are_not_compared() {
    ask(AccountApi.REGISTER, register("hasty@x.org"));
    long before = comparisons();
    List<Future<Tokens>> logins =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    house
                        .node()
                        .bus()
                        .ask(
                            AccountApi.LOGIN,
                            new Login(
                                "hasty@x.org", Secret.of(PASSWORD), address, null, "gone-" + i)))
            .toList();
    TestNode.until("the first is compared", () -> comparisons() > before);
    for (int i = 0; i < 200; i++) {
      house.node().bus().publish(AccountApi.GIVEN_UP, new AccountApi.GivenUp("gone-" + i));
    }
    TestNode.await(Future.join(logins).transform(r -> Future.succeededFuture()));

    assertThat(comparisons() - before).isLessThan(150);
  }

  @Test
  void other_nodes_failures_count_too() {
    ask(AccountApi.REGISTER, register("spread@x.org"));
    for (int i = 0; i < 5; i++) {
      refused(AccountApi.LOGIN, new Login("spread@x.org", Secret.of("guess"), address, null, null));
    }
    TestNode other = TestNode.on(settings);
    try {
      other.deploy(account("{}", other, redis));

      RejectedException closed =
          catchThrowableOfType(
              RejectedException.class,
              () ->
                  TestNode.await(
                      other
                          .node()
                          .bus()
                          .ask(
                              AccountApi.LOGIN,
                              new Login(
                                  "spread@x.org", Secret.of(PASSWORD), address, null, null))));

      assertThat(closed.failure().code()).isEqualTo("too_many_attempts");
    } finally {
      other.close();
    }
  }

  @Test
  void without_redis_logins_go_on_and_this_nodes_own_counts_still_close() {
    ask(AccountApi.REGISTER, register("alone@x.org"));
    TestNode.await(redis.close());

    assertThat(login("alone@x.org", PASSWORD)).isNotNull();
    for (int i = 0; i < 5; i++) {
      refused(AccountApi.LOGIN, new Login("alone@x.org", Secret.of("guess"), address, null, null));
    }
    assertThat(
            code(
                refused(
                    AccountApi.LOGIN,
                    new Login("alone@x.org", Secret.of(PASSWORD), address, null, null))))
        .isEqualTo("too_many_attempts");
  }

  @Test
  void successes_do_not_count() {
    ask(AccountApi.REGISTER, register("often@x.org"));
    for (int i = 0; i < 25; i++) {
      assertThat(login("often@x.org", PASSWORD)).isNotNull();
    }
  }

  @Test
  void more_passwords_than_may_wait_are_answered_busy() {
    TestNode small = TestNode.on(settings);
    try {
      small.deploy(account("{\"argon2\": {\"threads\": 1, \"queue\": 1}}", small, redis));
      List<Future<Tokens>> tries =
          IntStream.range(0, 10)
              .mapToObj(
                  i ->
                      small
                          .node()
                          .bus()
                          .ask(
                              AccountApi.LOGIN,
                              new Login("n" + i + "@x.org", Secret.of("x"), address, null, null)))
              .toList();
      TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

      assertThat(tries)
          .extracting(f -> ((RejectedException) f.cause()).failure())
          .anySatisfy(
              failure -> {
                assertThat(failure.code()).isEqualTo("busy");
                assertThat(failure.status()).isEqualTo(503);
                assertThat(failure.retryAfterSeconds()).isEqualTo(1);
              });
    } finally {
      small.close();
    }
  }

  @Test
  void a_hash_of_other_costs_is_renewed_at_login() {
    User user = ask(AccountApi.REGISTER, register("old@x.org"));
    TestNode costlier = TestNode.on(settings);
    try {
      costlier.deploy(
          account("{\"argon2\": {\"memoryKib\": 8192, \"iterations\": 3}}", costlier, redis));

      Tokens tokens =
          TestNode.await(
              costlier
                  .node()
                  .bus()
                  .ask(
                      AccountApi.LOGIN,
                      new Login("old@x.org", Secret.of(PASSWORD), address, null, null)));

      assertThat(tokens.user().id()).isEqualTo(user.id());
      assertThat(
              rows("SELECT password_hash FROM user_account WHERE email = 'old@x.org'").getFirst())
          .startsWith("$argon2id$v=19$m=8192,t=3,p=1$");
      assertThat(login("old@x.org", PASSWORD)).isNotNull();
    } finally {
      costlier.close();
    }
  }

  @Test
  void an_access_token_says_who_which_session_and_how_long() {
    User user = ask(AccountApi.REGISTER, register("claims@x.org"));
    Tokens tokens = login("claims@x.org", PASSWORD);
    Tokens others = login("claims@x.org", PASSWORD);

    String[] parts = tokens.accessToken().reveal().split("\\.");
    JsonObject header = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[0])));
    assertThat(header.getString("alg")).isEqualTo("HS256");
    JsonObject claims = claims(tokens);
    assertThat(claims.fieldNames())
        .containsExactlyInAnyOrder("sub", "role", "sid", "use", "iss", "aud", "iat", "exp", "jti");
    assertThat(claims.getString("sub")).isEqualTo(user.id());
    assertThat(claims.getString("role")).isEqualTo("student");
    assertThat(claims.getString("use")).isEqualTo("access");
    assertThat(claims.getString("iss")).isEqualTo("classbell");
    assertThat(claims.getValue("aud")).isEqualTo("classbell");
    assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(900);
    assertThat(claims.getLong("iat"))
        .isCloseTo(house.node().clock().realNow().getEpochSecond(), Offset.offset(60L));
    assertThat(tokens.expiresIn()).isEqualTo(900);
    assertThat(claims.getString("sid")).isNotEqualTo(claims(others).getString("sid"));
    assertThat(claims.getString("jti")).isNotEqualTo(claims(others).getString("jti"));
  }

  @Test
  void tokens_live_in_real_time_whatever_the_test_clock_says() {
    ask(AccountApi.REGISTER, register("real@x.org"));
    house.node().clock().advance(Duration.ofDays(400));

    Tokens tokens = login("real@x.org", PASSWORD);

    assertThat(claims(tokens).getLong("iat"))
        .isLessThanOrEqualTo(house.node().clock().realNow().getEpochSecond());
    assertThat(refresh(tokens)).isNotNull();
  }

  // ---------------------------------------------------------------- sessions

  @Test
  void a_refresh_token_is_traded_for_the_next_pair_of_the_same_session() {
    ask(AccountApi.REGISTER, register("rotate@x.org"));
    Tokens first = login("rotate@x.org", PASSWORD);

    Tokens second = refresh(first);
    Tokens third = refresh(second);

    assertThat(Set.of(first.refreshToken(), second.refreshToken(), third.refreshToken()))
        .hasSize(3);
    assertThat(claims(third).getString("sid")).isEqualTo(claims(first).getString("sid"));
    assertThat(third.refreshExpiresIn()).isEqualTo(Duration.ofDays(30).toSeconds());
  }

  @Test
  void the_immediate_predecessor_is_answered_with_the_same_next_token() {
    ask(AccountApi.REGISTER, register("lost.answer@x.org"));
    Tokens first = login("lost.answer@x.org", PASSWORD);

    Tokens second = refresh(first);
    Tokens again = refresh(first);

    assertThat(again.refreshToken()).isEqualTo(second.refreshToken());
    assertThat(session(again)).isEqualTo(session(first));
    assertThat(unusedTokensOf(first)).isEqualTo(1);
    assertThat(refresh(again)).isNotNull();
  }

  @Test
  void a_predecessor_shown_after_the_grace_period_ends_the_session() {
    ask(AccountApi.REGISTER, register("late.reuse@x.org"));
    Tokens first = login("late.reuse@x.org", PASSWORD);
    Tokens second = refresh(first);
    useAgo(first, Duration.ofSeconds(11));

    assertThat(code(refused(AccountApi.REFRESH, new Refresh(first.refreshToken(), address))))
        .isEqualTo("invalid_token");
    assertThat(code(refused(AccountApi.REFRESH, new Refresh(second.refreshToken(), address))))
        .isEqualTo("invalid_token");
    assertEnded(first);
  }

  @Test
  void the_test_clock_does_not_shorten_the_grace_period() {
    ask(AccountApi.REGISTER, register("moved.clock@x.org"));
    Tokens first = login("moved.clock@x.org", PASSWORD);
    Tokens second = refresh(first);
    house.node().clock().advance(Duration.ofHours(2));

    assertThat(refresh(first).refreshToken()).isEqualTo(second.refreshToken());
  }

  @Test
  void a_refresh_token_before_the_predecessor_ends_the_whole_session_and_no_other() {
    ask(AccountApi.REGISTER, register("stolen@x.org"));
    Tokens untouched = login("stolen@x.org", PASSWORD);
    Tokens first = login("stolen@x.org", PASSWORD);
    Tokens third = refresh(refresh(first));

    assertThat(code(refused(AccountApi.REFRESH, new Refresh(first.refreshToken(), address))))
        .isEqualTo("invalid_token");
    assertThat(code(refused(AccountApi.REFRESH, new Refresh(third.refreshToken(), address))))
        .isEqualTo("invalid_token");

    assertEnded(first);
    assertThat(refresh(untouched)).isNotNull();
    assertThat(rows("SELECT end_reason FROM session WHERE id = '" + session(first) + "'"))
        .containsExactly("reuse");
  }

  @Test
  void a_token_that_was_rotated_under_another_key_is_refused_and_its_session_goes_on() {
    ask(AccountApi.REGISTER, register("rekeyed@x.org"));
    Tokens first = login("rekeyed@x.org", PASSWORD);
    TestNode other = TestNode.on(settings);
    try {
      other.deploy(
          account("{\"jwtSecret\": \"another-key-another-key-another-key\"}", other, redis));
      Bus bus = other.node().bus();
      Refresh refresh = new Refresh(first.refreshToken(), address);
      Tokens second = TestNode.await(bus.ask(AccountApi.REFRESH, refresh));

      assertThat(code(refused(AccountApi.REFRESH, refresh))).isEqualTo("invalid_token");
      assertThat(refresh(second)).isNotNull();
    } finally {
      other.close();
    }
  }

  @Test
  void parallel_refreshes_on_two_nodes_all_get_the_same_next_token() {
    ask(AccountApi.REGISTER, register("parallel@x.org"));
    TestNode other = TestNode.on(settings);
    try {
      other.deploy(account("{}", other, redis));
      List<TestNode> nodes = List.of(house, other);
      Tokens tokens = login("parallel@x.org", PASSWORD);
      for (int round = 0; round < 5; round++) {
        Refresh refresh = new Refresh(tokens.refreshToken(), address);
        List<Future<Tokens>> tries =
            IntStream.range(0, 8)
                .mapToObj(i -> nodes.get(i % 2).node().bus().ask(AccountApi.REFRESH, refresh))
                .toList();
        TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

        assertThat(tries).as("round %d", round).allMatch(Future::succeeded);
        assertThat(tries)
            .extracting(t -> t.result().refreshToken())
            .containsOnly(tries.getFirst().result().refreshToken());
        assertThat(unusedTokensOf(tokens)).isEqualTo(1);
        tokens = tries.getLast().result();
      }
      assertThat(refresh(tokens)).isNotNull();
    } finally {
      other.close();
    }
  }

  private long unusedTokensOf(Tokens tokens) {
    return Long.parseLong(
        rows("SELECT COUNT(*) FROM refresh_token WHERE used_at IS NULL AND session_id = '"
                + session(tokens)
                + "'")
            .getFirst());
  }

  /** As if the token had been exchanged that much earlier. */
  private void useAgo(Tokens tokens, Duration ago) {
    database.execute(
        settings,
        "UPDATE refresh_token SET used_at = used_at - INTERVAL "
            + ago.toSeconds()
            + " SECOND WHERE token_hash = '"
            + OpaqueToken.hashOf(tokens.refreshToken())
            + "'");
  }

  @Test
  void only_hashes_of_refresh_tokens_are_stored() {
    ask(AccountApi.REGISTER, register("hashed@x.org"));
    Tokens tokens = login("hashed@x.org", PASSWORD);

    assertThat(Base64.getUrlDecoder().decode(tokens.refreshToken().reveal())).hasSize(32);
    assertThat(
            rows(
                "SELECT token_hash FROM refresh_token WHERE session_id = '"
                    + session(tokens)
                    + "'"))
        .containsExactly(OpaqueToken.hashOf(tokens.refreshToken()));
  }

  @Test
  void logout_ends_the_session_and_is_done_also_where_there_is_none() {
    ask(AccountApi.REGISTER, register("leaver@x.org"));
    Tokens bySession = login("leaver@x.org", PASSWORD);
    Tokens byToken = login("leaver@x.org", PASSWORD);
    Tokens stays = login("leaver@x.org", PASSWORD);

    for (int i = 0; i < 2; i++) {
      ask(AccountApi.LOGOUT, new Logout(session(bySession), null, false));
      ask(AccountApi.LOGOUT, new Logout(null, byToken.refreshToken(), false));
      ask(AccountApi.LOGOUT, new Logout(Ids.next(), Secret.of("nothing"), false));
    }

    assertEnded(bySession);
    assertEnded(byToken);
    assertThat(code(refused(AccountApi.REFRESH, new Refresh(byToken.refreshToken(), address))))
        .isEqualTo("invalid_token");
    assertThat(refresh(stays)).isNotNull();
  }

  @Test
  void logout_everywhere_ends_them_all() {
    ask(AccountApi.REGISTER, register("all@x.org"));
    Tokens one = login("all@x.org", PASSWORD);
    Tokens two = login("all@x.org", PASSWORD);

    ask(AccountApi.LOGOUT, new Logout(session(one), null, true));

    assertEnded(one);
    assertEnded(two);
  }

  @Test
  void a_used_refresh_token_does_not_end_all_sessions() {
    ask(AccountApi.REGISTER, register("found@x.org"));
    Tokens ended = login("found@x.org", PASSWORD);
    Tokens live = login("found@x.org", PASSWORD);
    Tokens stays = login("found@x.org", PASSWORD);
    refresh(ended);
    ask(AccountApi.LOGOUT, new Logout(session(ended), null, false));
    refresh(live);
    useAgo(live, Duration.ofSeconds(11));

    ask(AccountApi.LOGOUT, new Logout(null, ended.refreshToken(), true));
    ask(AccountApi.LOGOUT, new Logout(session(ended), null, true));
    ask(AccountApi.LOGOUT, new Logout(null, live.refreshToken(), true));

    assertEnded(live);
    assertThat(refresh(stays)).isNotNull();
  }

  @Test
  void the_current_refresh_token_and_its_predecessor_end_all_sessions() {
    ask(AccountApi.REGISTER, register("leaves.all@x.org"));
    for (boolean byPredecessor : List.of(false, true)) {
      Tokens first = login("leaves.all@x.org", PASSWORD);
      Tokens other = login("leaves.all@x.org", PASSWORD);
      Tokens second = refresh(first);

      Tokens shown = byPredecessor ? first : second;
      ask(AccountApi.LOGOUT, new Logout(null, shown.refreshToken(), true));

      assertEnded(first);
      assertEnded(other);
    }
  }

  @Test
  void a_disabled_account_gets_no_further_tokens_and_no_profile() {
    User user = ask(AccountApi.REGISTER, register("gone@x.org"));
    Tokens tokens = login("gone@x.org", PASSWORD);
    disable(user.id());

    assertThat(code(refused(AccountApi.REFRESH, new Refresh(tokens.refreshToken(), address))))
        .isEqualTo("invalid_token");
    assertEnded(tokens);
    assertThat(code(refused(AccountApi.PROFILE, new ProfileOf(user.id())))).isEqualTo("not_found");
    assertThat(people(user.id())).extracting(Person::active).containsExactly(false);
  }

  @Test
  void sessions_long_over_are_forgotten_with_their_tokens_and_live_ones_are_not() {
    ask(AccountApi.REGISTER, register("memory@x.org"));
    Tokens ended = login("memory@x.org", PASSWORD);
    Tokens expired = login("memory@x.org", PASSWORD);
    Tokens live = refresh(login("memory@x.org", PASSWORD));
    ask(AccountApi.LOGOUT, new Logout(session(ended), null, false));
    database.execute(
        settings,
        "UPDATE session SET ended_at = '2020-01-01' WHERE ended_at IS NOT NULL",
        "UPDATE session SET expires_at = '2020-01-01' WHERE id = '" + session(expired) + "'");

    forgetOldSessions();

    assertThat(rows("SELECT id FROM session")).containsExactly(session(live));
    assertThat(rows("SELECT DISTINCT session_id FROM refresh_token"))
        .containsExactly(session(live));
  }

  @Test
  void tokens_used_long_ago_are_forgotten_and_their_session_lives_on() {
    ask(AccountApi.REGISTER, register("faithful@x.org"));
    Tokens first = login("faithful@x.org", PASSWORD);
    Tokens last = refresh(refresh(first));
    database.execute(
        settings,
        "UPDATE refresh_token SET used_at = used_at - INTERVAL 32 DAY"
            + " WHERE used_at IS NOT NULL ORDER BY used_at LIMIT 1");

    forgetOldSessions();

    String ofSession = " FROM refresh_token WHERE session_id = '" + session(first) + "'";
    assertThat(rows("SELECT COUNT(*)" + ofSession)).containsExactly("2");
    refresh(last);
  }

  private void forgetOldSessions() {
    house.run(
        () -> {
          new Sessions(
                  house.node(),
                  new AccountStore(),
                  new SessionStore(),
                  new TokenIssuer(house.vertx(), settings("{}"), house.node().clock()),
                  settings("{}"))
              .deleteExpired();
          return true;
        });
  }

  // ---------------------------------------------------------------- password reset

  @Test
  void a_mailed_link_sets_the_password_once_and_ends_every_session() {
    ask(AccountApi.REGISTER, register("forgot@x.org"));
    Tokens before = login("forgot@x.org", PASSWORD);
    ask(AccountApi.REQUEST_RESET, new RequestReset("Forgot@x.org", address));
    ask(AccountApi.REQUEST_RESET, new RequestReset("forgot@x.org", address));
    TestNode.until("two mails", () -> mails.size() == 2);
    Secret token = token(mails.getFirst());

    assertThat(mails.getFirst().userId()).isEqualTo(before.user().id());
    assertThat(
            rows("SELECT COUNT(*) FROM password_reset WHERE token_hash = '" + token.reveal() + "'"))
        .containsExactly("0");
    assertThat(
            code(
                refused(
                    AccountApi.CONFIRM_RESET,
                    new ConfirmReset(token, Secret.of("short"), address, null))))
        .isEqualTo("invalid");
    ask(
        AccountApi.CONFIRM_RESET,
        new ConfirmReset(token, Secret.of("another password"), address, null));

    assertEnded(before);
    assertThat(login("forgot@x.org", "another password")).isNotNull();
    refused(AccountApi.LOGIN, new Login("forgot@x.org", Secret.of(PASSWORD), address, null, null));
    for (NotificationApi.Mail mail : mails) {
      assertThat(
              code(
                  refused(
                      AccountApi.CONFIRM_RESET,
                      new ConfirmReset(
                          token(mail), Secret.of("yet another password"), address, null))))
          .isEqualTo("invalid_token");
    }
  }

  @Test
  void a_link_shown_at_the_same_time_twice_sets_one_password() {
    ask(AccountApi.REGISTER, register("twice@x.org"));
    ask(AccountApi.REQUEST_RESET, new RequestReset("twice@x.org", address));
    TestNode.until("mailed", () -> mails.size() == 1);
    Secret token = token(mails.getFirst());
    List<Future<?>> tries = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ConfirmReset confirm = new ConfirmReset(token, Secret.of("new password " + i), address, null);
      tries.add(house.node().bus().ask(AccountApi.CONFIRM_RESET, confirm));
    }
    TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

    assertThat(tries).filteredOn(f -> f.succeeded()).hasSize(1);
  }

  @Test
  void unknown_addresses_are_answered_alike_and_mailed_nothing() {
    long before = comparisons();
    ask(AccountApi.REQUEST_RESET, new RequestReset("unknown@x.org", address));
    ask(AccountApi.REQUEST_RESET, new RequestReset("no address", address));
    User disabled = ask(AccountApi.REGISTER, register("off@x.org"));
    disable(disabled.id());
    ask(AccountApi.REQUEST_RESET, new RequestReset("off@x.org", address));
    ask(AccountApi.REGISTER, register("last@x.org"));
    ask(AccountApi.REQUEST_RESET, new RequestReset("last@x.org", address));
    TestNode.until("the last is mailed", () -> !mails.isEmpty());

    assertThat(mails).hasSize(1);
    assertThat(comparisons() - before).isEqualTo(2);
  }

  @Test
  void links_long_over_are_forgotten_some_at_a_time() {
    String row = "(SHA2('%s', 256), 'u', '%s')";
    String old =
        IntStream.range(0, 1_001)
            .mapToObj(i -> row.formatted("old" + i, "2020-01-01"))
            .collect(Collectors.joining(", "));
    String insert = "INSERT INTO password_reset (token_hash, user_id, expires_at) VALUES ";
    database.execute(settings, insert + old + ", " + row.formatted("new", "2099-01-01"));

    assertThat(forgetOldLinks()).isTrue();
    assertThat(rows("SELECT COUNT(*) FROM password_reset")).containsExactly("2");
    assertThat(forgetOldLinks()).isFalse();
    assertThat(rows("SELECT COUNT(*) FROM password_reset")).containsExactly("1");
  }

  private boolean forgetOldLinks() {
    Instant before = Instant.parse("2021-01-01T00:00:00Z");
    return house.run(
        () ->
            house
                .node()
                .database()
                .inTransaction(
                    tx -> ResetStore.ofPasswordResets().deleteExpiredBefore(tx, before)));
  }

  @Test
  void a_link_that_ran_out_sets_nothing() {
    ask(AccountApi.REGISTER, register("late@x.org"));
    ask(AccountApi.REQUEST_RESET, new RequestReset("late@x.org", address));
    TestNode.until("mailed", () -> mails.size() == 1);
    database.execute(settings, "UPDATE password_reset SET expires_at = '2020-01-01'");

    assertThat(
            code(
                refused(
                    AccountApi.CONFIRM_RESET,
                    new ConfirmReset(
                        token(mails.getFirst()), Secret.of("another password"), address, null))))
        .isEqualTo("invalid_token");
  }

  @Test
  void requests_for_one_address_are_limited_whether_it_is_known_or_not() {
    ask(AccountApi.REGISTER, register("spammed@x.org"));
    for (String email : List.of("spammed@x.org", "unheard@x.org")) {
      for (int i = 0; i < 5; i++) {
        ask(AccountApi.REQUEST_RESET, new RequestReset(email, address));
      }
      RejectedException limited =
          refused(AccountApi.REQUEST_RESET, new RequestReset(email, address));
      assertThat(code(limited)).isEqualTo("too_many_attempts");
      assertThat(limited.failure().detail()).startsWith("Too many password resets for ");
    }
  }

  // ---------------------------------------------------------------- profiles and lists

  @Test
  void a_profile_changes_where_it_is_told_to_and_others_hear_of_it() {
    User user = ask(AccountApi.REGISTER, register("me@x.org"));

    User named = update(user, "New Name", null, null, null, null).user();
    User moved = update(user, null, "Asia/Tokyo", "de", null, null).user();

    assertThat(named.name()).isEqualTo("New Name");
    assertThat(named.timezone()).isEqualTo("UTC");
    assertThat(moved.name()).isEqualTo("New Name");
    assertThat(moved.timezone()).isEqualTo("Asia/Tokyo");
    assertThat(moved.locale()).isEqualTo("de");
    TestNode.until("heard", () -> changedHeard.contains(user.id()));
    assertThat(people(user.id())).extracting(Person::name).containsExactly("New Name");
  }

  @Test
  void a_new_password_needs_the_current_one_and_every_session_begins_anew() {
    User user = ask(AccountApi.REGISTER, register("change@x.org"));
    Tokens mine = login("change@x.org", PASSWORD);
    Tokens other = login("change@x.org", PASSWORD);

    assertThat(code(updateRefused(user, null, "a new password"))).isEqualTo("invalid");
    RejectedException wrong = updateRefused(user, "wrong", "a new password");
    assertThat(wrong.failure().status()).as("401 is about the access token").isEqualTo(422);
    assertThat(wrong.failure().code()).isEqualTo("invalid");
    assertThat(wrong.failure().errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo("currentPassword");
              assertThat(error.code()).isEqualTo("wrong_password");
            });
    Tokens fresh =
        update(user, null, null, null, Secret.of(PASSWORD), Secret.of("a new password")).session();

    assertEnded(other);
    assertEnded(mine);
    assertThat(code(refused(AccountApi.REFRESH, new Refresh(mine.refreshToken(), address))))
        .isEqualTo("invalid_token");
    assertThat(fresh).isNotNull();
    assertThat(session(fresh)).isNotIn(session(mine), session(other));
    assertThat(refresh(fresh)).isNotNull();
    assertThat(login("change@x.org", "a new password")).isNotNull();
  }

  @Test
  void guesses_at_the_current_password_are_limited_like_logins() {
    User user = ask(AccountApi.REGISTER, register("held@x.org"));
    for (int i = 0; i < 5; i++) {
      updateRefused(user, "guess " + i, "a new password");
    }
    assertThat(code(updateRefused(user, PASSWORD, "a new password")))
        .isEqualTo("too_many_attempts");
  }

  @Test
  void teachers_are_listed_by_name_page_by_page_and_active_ones_only() {
    for (String name : List.of("Émile", "anna", "Zoë", "Bert", "Anna", "bert")) {
      teacher(name);
    }
    disable(teacher("Dora").id());
    ask(AccountApi.REGISTER, register("a.student@x.org"));
    List<String> names = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    String cursor = null;
    do {
      Teachers page = ask(AccountApi.LIST_TEACHERS, new ListTeachers(null, cursor, 2));
      page.items().forEach(p -> names.add(p.name()));
      page.items().forEach(p -> ids.add(p.id()));
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(names).hasSize(7).doesNotContain("Dora");
    assertThat(ids).hasSize(7);
    assertThat(names.stream().map(n -> n.toLowerCase(java.util.Locale.ROOT)).toList())
        .containsExactly("anna", "anna", "bert", "bert", "émile", "tom teacher", "zoë");
    assertThat(code(refused(AccountApi.LIST_TEACHERS, new ListTeachers(null, "?", 2))))
        .isEqualTo("invalid");
  }

  @Test
  void one_teacher_is_found_by_id_and_a_student_is_not_one() {
    User teacher = teacher("Only");
    User student = ask(AccountApi.REGISTER, register("no.teacher@x.org"));

    assertThat(ask(AccountApi.LIST_TEACHERS, new ListTeachers(teacher.id(), null, 1)).items())
        .extracting(Person::name)
        .containsExactly("Only");
    assertThat(ask(AccountApi.LIST_TEACHERS, new ListTeachers(student.id(), null, 1)).items())
        .isEmpty();
  }

  @Test
  void admins_list_everybody_and_nobody_else_does() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      made.add(ask(AccountApi.REGISTER, register("listed" + i + "@x.org")).id());
    }
    Caller admin = new Caller(Ids.next(), Role.admin);
    Set<String> seen = new HashSet<>();
    String cursor = null;
    do {
      Users page = ask(AccountApi.LIST_USERS, new ListUsers(admin, cursor, 3, null, null, null));
      page.items().forEach(u -> assertThat(seen.add(u.id())).isTrue());
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(seen).containsAll(made).hasSize(8);
    assertThat(
            code(
                refused(
                    AccountApi.LIST_USERS,
                    new ListUsers(
                        new Caller(Ids.next(), Role.teacher), null, 3, null, null, null))))
        .isEqualTo("forbidden");
  }

  @Test
  void people_are_found_by_id_and_unknown_ones_left_out() {
    User user = ask(AccountApi.REGISTER, register("person@x.org"));

    assertThat(people(user.id(), Ids.next()))
        .containsExactly(
            new Person(user.id(), "person@x.org", "N. N.", Role.student, true, "UTC", "en"));
    assertThat(people()).isEmpty();
  }

  // ---------------------------------------------------------------- the first accounts

  @Test
  void demo_accounts_are_there_once_whatever_number_of_nodes_start() {
    for (int i = 0; i < 2; i++) {
      TestNode other = TestNode.on(settings);
      other.deploy(account("{}", other, redis));
      other.close();
    }

    assertThat(rows("SELECT email, role FROM user_account ORDER BY email"))
        .containsExactly(
            "admin@classbell.test|admin",
            "student@classbell.test|student",
            "teacher@classbell.test|teacher");
    assertThat(login("admin@classbell.test", "classbell-demo").user().role()).isEqualTo(Role.admin);
    assertThat(ask(AccountApi.ADMINS, new AccountApi.Admins()).people())
        .extracting(Person::email)
        .containsExactly("admin@classbell.test");
  }

  @Test
  void the_first_admin_comes_from_configuration_and_keeps_a_changed_password() {
    String first = "{\"firstAdmin\": {\"email\": \"Root@x.org\", \"password\": \"%s\"}}";
    for (String password : List.of("first password", "other password")) {
      TestNode other = TestNode.on(settings);
      other.deploy(account(first.formatted(password), other, redis));
      other.close();
    }

    assertThat(login("root@x.org", "first password").user().role()).isEqualTo(Role.admin);
    refused(
        AccountApi.LOGIN,
        new Login("root@x.org", Secret.of("other password"), address, null, null));
  }

  // ---------------------------------------------------------------- logs

  @Test
  void logs_hold_no_address_no_password_and_no_token() {
    List<String> lines = new CopyOnWriteArrayList<>();
    Set<Secret> secrets = new HashSet<>();
    try (LogCapture logs = LogCapture.everything(lines)) {
      raceToRegister("log.me@x.org");
      Tokens first = login("log.me@x.org", PASSWORD);
      Tokens second = refresh(first);
      useAgo(first, Duration.ofMinutes(1));
      refused(AccountApi.REFRESH, new Refresh(first.refreshToken(), address));
      refused(
          AccountApi.LOGIN,
          new Login("log.me@x.org", Secret.of("a wrong guess"), address, null, null));
      ask(AccountApi.REQUEST_RESET, new RequestReset("log.me@x.org", address));
      TestNode.until("mailed", () -> mails.size() == 1);
      Secret token = token(mails.getFirst());
      ask(
          AccountApi.CONFIRM_RESET,
          new ConfirmReset(token, Secret.of("another password"), address, null));
      updateRefused(first.user(), "a wrong guess", "the next password");
      TestNode.await(redis.close());
      Tokens third = login("log.me@x.org", "another password");
      for (Tokens tokens : List.of(first, second, third)) {
        secrets.add(tokens.accessToken());
        secrets.add(tokens.refreshToken());
      }
      secrets.add(token);
    }

    assertThat(lines).as("lines at all").isNotEmpty();
    assertThat(String.join("\n", lines))
        .doesNotContainIgnoringCase("log.me")
        .doesNotContain(PASSWORD, "a wrong guess", "another password", "the next password")
        .doesNotContain(secrets.stream().map(Secret::reveal).toArray(String[]::new))
        .doesNotContain("$argon2id$");
  }

  // ---------------------------------------------------------------- the scene

  /** The schedule and the notifications, as far as this module needs its neighbours. */
  private boolean listen() {
    Bus bus = house.node().bus();
    bus.on(
            Outbox.HAND_OFF,
            handOff -> {
              for (Task.Stored message : handOff.messages()) {
                bus.ask(
                    Task.of(message.address(), Object.class).delivery(),
                    new Task.Deliver(List.of(message)));
              }
            })
        .await();
    bus.serveTask(
            NotificationApi.MAIL,
            batch -> {
              batch.forEach(due -> mails.add(due.body()));
              return List.of();
            })
        .await();
    bus.on(AccountApi.SESSIONS_ENDED, ended -> endedHeard.addAll(ended.sessionIds())).await();
    bus.on(AccountApi.PERSON_CHANGED, changed -> changedHeard.add(changed.userId())).await();
    return true;
  }

  private AccountVerticle account(String json) {
    return account(json, house, redis);
  }

  private static AccountVerticle account(String json, TestNode node, RedisStore redis) {
    return new AccountVerticle(node.node(), settings(json), redis, "https://classes.example.org/");
  }

  private static AccountSettings settings(String json) {
    JsonObject tree =
        new JsonObject(
                "{\"jwtSecret\": \"0123456789abcdef0123456789abcdef\", \"argon2\": {\"memoryKib\":"
                    + " 8192, \"iterations\": 1}}")
            .mergeIn(new JsonObject(json), true);
    return SettingsReader.of(AccountSettings.class).json("test", tree.encode()).read();
  }

  private Register register(String email) {
    return new Register(
        Ids.next(), email, Secret.of(PASSWORD), "N. N.", Role.student, null, null, address);
  }

  private List<Future<User>> raceToRegister(String email) {
    List<Future<User>> tries =
        IntStream.range(0, 8)
            .mapToObj(i -> house.node().bus().ask(AccountApi.REGISTER, register(email)))
            .toList();
    TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));
    return tries;
  }

  private User teacher(String name) {
    return ask(
        AccountApi.REGISTER,
        new Register(
            Ids.next(),
            Ids.next() + "@x.org",
            Secret.of(PASSWORD),
            name,
            Role.teacher,
            null,
            null,
            address));
  }

  private Tokens login(String email, String password) {
    return ask(AccountApi.LOGIN, new Login(email, Secret.of(password), address, null, null));
  }

  private Tokens refresh(Tokens tokens) {
    return ask(AccountApi.REFRESH, new Refresh(tokens.refreshToken(), address));
  }

  private Updated update(
      User user,
      @Nullable String name,
      @Nullable String timezone,
      @Nullable String locale,
      @Nullable Secret current,
      @Nullable Secret next) {
    return ask(
        AccountApi.UPDATE_PROFILE,
        new UpdateProfile(user.id(), name, timezone, locale, current, next, null));
  }

  private RejectedException updateRefused(User user, @Nullable String current, String next) {
    return refused(
        AccountApi.UPDATE_PROFILE,
        new UpdateProfile(
            user.id(),
            null,
            null,
            null,
            current == null ? null : Secret.of(current),
            Secret.of(next),
            null));
  }

  private List<Person> people(String... ids) {
    return ask(AccountApi.PEOPLE, new PeopleByIds(List.of(ids))).people();
  }

  private void disable(String userId) {
    database.execute(
        settings, "UPDATE user_account SET status = 'disabled' WHERE id = '" + userId + "'");
  }

  private void assertEnded(Tokens tokens) {
    TestNode.until("the end is heard of", () -> endedHeard.contains(session(tokens)));
    Instant minuteAgo = house.node().clock().realNow().minus(Duration.ofMinutes(1));
    Ended ended = ask(AccountApi.ENDED_SINCE, new EndedSince(minuteAgo));
    assertThat(ended.sessionIds()).contains(session(tokens));
    assertThat(ended.asOf()).isBefore(house.node().clock().realNow());
  }

  private static Secret token(NotificationApi.Mail mail) {
    assertThat(mail.link().reveal()).startsWith(LINK);
    return Secret.of(mail.link().reveal().substring(LINK.length()));
  }

  private static String session(Tokens tokens) {
    return claims(tokens).getString("sid");
  }

  private static JsonObject claims(Tokens tokens) {
    String payload = tokens.accessToken().reveal().split("\\.")[1];
    return new JsonObject(new String(Base64.getUrlDecoder().decode(payload)));
  }

  private long comparisons() {
    return comparisons(house);
  }

  private static long comparisons(TestNode at) {
    return at.node().meters().get("classbell.password.time").timer().count();
  }

  private List<String> rows(String query) {
    return database.rows(settings, query);
  }

  private <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return TestNode.await(house.node().bus().ask(operation, request));
  }

  private <Q, A> RejectedException refused(Operation<Q, A> operation, Q request) {
    RejectedException refused =
        catchThrowableOfType(RejectedException.class, () -> ask(operation, request));
    assertThat(refused).as("a refusal of " + operation.address()).isNotNull();
    return refused;
  }

  private static String code(Throwable refused) {
    return ((RejectedException) refused).failure().code();
  }
}
