package io.classbell.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.ConfirmReset;
import io.classbell.account.api.AccountApi.Login;
import io.classbell.account.api.AccountApi.PeopleByIds;
import io.classbell.account.api.AccountApi.ProfileOf;
import io.classbell.account.api.AccountApi.Register;
import io.classbell.account.api.AccountApi.RequestReset;
import io.classbell.account.api.AccountApi.ResendVerification;
import io.classbell.account.api.AccountApi.User;
import io.classbell.account.api.AccountApi.VerifyEmail;
import io.classbell.account.api.AccountSettings;
import io.classbell.account.reset.PasswordResets;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Bus;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class EmailVerificationIT {
  private static final String PASSWORD = "correct horse battery";
  private static final String NEEDED = "\"verifyEmail\": true";

  @Parameter TestDatabase database;
  private final List<NotificationApi.Mail> mails = new CopyOnWriteArrayList<>();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final List<String> changed = new CopyOnWriteArrayList<>();
  private DatabaseSettings settings;
  private TestNode node;
  private RedisStore redis;
  private final String address = "test-" + Ids.next();

  @BeforeEach
  void start() {
    settings = database.fresh();
    node = TestNode.on(settings);
    redis = RedisStore.connect(node.vertx(), TestRedis.fresh());
    TestNode.await(redis.firstAttempt());
    node.run(this::listen);
  }

  @AfterEach
  void stop() {
    TestNode.await(redis.close());
    node.close();
  }

  @Test
  void a_mailed_link_verifies_the_address_once() {
    deploy(NEEDED);
    User user = register("new@x.org");
    assertThat(user.emailVerified()).isFalse();
    assertThat(mailable(user)).isFalse();
    assertThat(login("new@x.org").emailVerified()).isFalse();
    TestNode.until("mailed", () -> mails.size() == 1);
    NotificationApi.Mail mail = mails.getFirst();
    assertThat(mail.userId()).isEqualTo(user.id());
    assertThat(mail.template()).isEqualTo("email_verification");
    assertThat(mail.link().reveal()).startsWith("https://classes.example.org/verify?token=");
    assertThat(
            database.rows(
                settings,
                "SELECT COUNT(*) FROM email_verification WHERE token_hash = '"
                    + token(mail).reveal()
                    + "'"))
        .containsExactly("0");

    ask(AccountApi.VERIFY_EMAIL, new VerifyEmail(token(mail)));

    assertThat(ask(AccountApi.PROFILE, new ProfileOf(user.id())).emailVerified()).isTrue();
    assertThat(mailable(user)).isTrue();
    TestNode.until("caches are told", () -> changed.contains(user.id()));
    assertThat(refusalOfVerifying(token(mail))).isEqualTo("invalid_token");
    ask(AccountApi.RESEND_VERIFICATION, new ResendVerification(user.id(), address));
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM email_verification"))
        .containsExactly("1");
  }

  @Test
  void every_link_works_until_one_of_them_is_used_even_at_the_same_time() {
    deploy(NEEDED);
    User user = register("links@x.org");
    ask(AccountApi.RESEND_VERIFICATION, new ResendVerification(user.id(), address));
    TestNode.until("two mails", () -> mails.size() == 2);

    List<Future<Ack>> tries =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    node.node()
                        .bus()
                        .ask(AccountApi.VERIFY_EMAIL, new VerifyEmail(token(mails.get(i % 2)))))
            .toList();
    TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

    assertThat(tries).filteredOn(Future::succeeded).hasSize(1);
    assertThat(mailable(user)).isTrue();
  }

  @Test
  void an_expired_or_unknown_token_and_that_of_a_disabled_account_verify_nothing() {
    deploy(NEEDED);
    User user = register("late@x.org");
    TestNode.until("mailed", () -> mails.size() == 1);
    assertThat(refusalOfVerifying(Secret.of("unknown"))).isEqualTo("invalid_token");
    database.execute(settings, "UPDATE user_account SET status = 'disabled'");
    assertThat(refusalOfVerifying(token(mails.getFirst()))).isEqualTo("invalid_token");
    database.execute(settings, "UPDATE user_account SET status = 'active'");
    database.execute(settings, "UPDATE email_verification SET expires_at = '2020-01-01'");
    assertThat(refusalOfVerifying(token(mails.getFirst()))).isEqualTo("invalid_token");
    assertThat(mailable(user)).isFalse();
  }

  @Test
  void a_password_set_by_a_mailed_link_verifies_the_address() {
    deploy(NEEDED);
    User user = register("forgot@x.org");
    ask(AccountApi.REQUEST_RESET, new RequestReset("forgot@x.org", address));
    TestNode.until("two mails", () -> mails.size() == 2);
    NotificationApi.Mail reset = mail("password_reset");

    ask(
        AccountApi.CONFIRM_RESET,
        new ConfirmReset(token(reset), Secret.of("another password"), null, null));

    assertThat(mailable(user)).isTrue();
    TestNode.until("caches are told", () -> changed.contains(user.id()));
    assertThat(refusalOfVerifying(token(mail("email_verification")))).isEqualTo("invalid_token");
  }

  @Test
  void without_verification_new_accounts_count_as_verified_and_get_no_verification_mail() {
    deploy("\"verifyEmail\": false");
    User user = register("plain@x.org");
    assertThat(user.emailVerified()).isTrue();
    assertThat(mailable(user)).isTrue();
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM email_verification"))
        .containsExactly("0");
  }

  @Test
  void accounts_of_earlier_releases_count_as_verified() {
    database.execute(
        settings,
        "INSERT INTO user_account (id, email, password_hash, name, role, status, timezone, locale,"
            + " created_at, updated_at) SELECT 'old', 'old@x.org', '-', 'Old', 'student', 'active',"
            + " 'UTC', 'en', UTC_TIMESTAMP(), UTC_TIMESTAMP()");
    deploy(NEEDED);
    assertThat(ask(AccountApi.PROFILE, new ProfileOf("old")).emailVerified()).isTrue();
  }

  @Test
  void one_mailbox_gets_no_more_account_mails_in_an_hour_than_the_limit_whoever_asks() {
    deploy(NEEDED + ", \"mailsPerRecipientPerHour\": 3, \"failedLoginsPerAccountPerMinute\": 0");
    User user = register("bombed@x.org");
    for (int i = 0; i < 20; i++) {
      ask(AccountApi.REQUEST_RESET, new RequestReset("bombed@x.org", "client-" + i));
    }
    register("bombed+tag@x.org");
    register("other@x.org");
    TestNode.until("the requests are done", () -> handled.size() == 20);
    TestNode.until("mailed", () -> mails.size() >= 4);

    assertThat(mails).hasSize(4);
    assertThat(mails).filteredOn(m -> m.userId().equals(user.id())).hasSize(3);
    RejectedException refused =
        catchThrowableOfType(
            RejectedException.class,
            () -> ask(AccountApi.RESEND_VERIFICATION, new ResendVerification(user.id(), address)));
    assertThat(refused.failure().status()).isEqualTo(429);
    assertThat(refused.failure().code()).isEqualTo("too_many_mails");
    assertThat(refused.failure().retryAfterSeconds()).isBetween(1, 3600);

    database.execute(settings, "UPDATE account_mail_limit SET sent_at = '1000,2000,3000'");
    ask(AccountApi.RESEND_VERIFICATION, new ResendVerification(user.id(), address));
    TestNode.until(
        "an hour later there is another mail",
        () -> mails.stream().filter(m -> m.userId().equals(user.id())).count() == 4);
  }

  @Test
  void requests_at_the_same_time_do_not_exceed_the_limit() {
    deploy(NEEDED + ", \"mailsPerRecipientPerHour\": 3");
    User user = register("raced@x.org");
    List<Future<Ack>> tries =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    node.node()
                        .bus()
                        .ask(
                            AccountApi.RESEND_VERIFICATION,
                            new ResendVerification(user.id(), address)))
            .toList();
    TestNode.await(Future.join(tries).transform(r -> Future.succeededFuture()));

    assertThat(tries).filteredOn(Future::succeeded).hasSize(2);
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM email_verification"))
        .containsExactly("3");
  }

  @Test
  void one_client_address_causes_no_more_mails_than_its_limit_and_registers_all_the_same() {
    deploy(NEEDED + ", \"mailsPerAddressPerHour\": 2");
    for (int i = 0; i < 5; i++) {
      assertThat(register("stranger" + i + "@x.org").emailVerified()).isFalse();
    }
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM email_verification"))
        .containsExactly("2");
  }

  private void deploy(String json) {
    String tree =
        "{\"jwtSecret\": \"0123456789abcdef0123456789abcdef\","
            + " \"argon2\": {\"memoryKib\": 8192, \"iterations\": 1}, "
            + json
            + "}";
    AccountSettings account = SettingsReader.of(AccountSettings.class).json("test", tree).read();
    node.deploy(new AccountVerticle(node.node(), account, redis, "https://classes.example.org/"));
  }

  private boolean listen() {
    Bus bus = node.node().bus();
    bus.on(
            Outbox.HAND_OFF,
            handOff -> {
              for (Task.Stored message : handOff.messages()) {
                bus.ask(
                        Task.of(message.address(), Object.class).delivery(),
                        new Task.Deliver(List.of(message)))
                    .onSuccess(
                        done -> {
                          if (message.address().equals(PasswordResets.REQUESTED.address())) {
                            handled.add(message.id());
                          }
                        });
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
    bus.on(AccountApi.PERSON_CHANGED, change -> changed.add(change.userId())).await();
    return true;
  }

  private NotificationApi.Mail mail(String template) {
    return mails.stream().filter(m -> m.template().equals(template)).findFirst().orElseThrow();
  }

  private static Secret token(NotificationApi.Mail mail) {
    String link = mail.link().reveal();
    return Secret.of(link.substring(link.indexOf('=') + 1));
  }

  private User register(String email) {
    return ask(
        AccountApi.REGISTER,
        new Register(
            Ids.next(), email, Secret.of(PASSWORD), "N. N.", Role.student, null, null, address));
  }

  private User login(String email) {
    return ask(AccountApi.LOGIN, new Login(email, Secret.of(PASSWORD), address, null, null)).user();
  }

  private boolean mailable(User user) {
    return ask(AccountApi.PEOPLE, new PeopleByIds(List.of(user.id())))
        .people()
        .getFirst()
        .mayBeMailed();
  }

  private String refusalOfVerifying(Secret token) {
    return catchThrowableOfType(
            RejectedException.class, () -> ask(AccountApi.VERIFY_EMAIL, new VerifyEmail(token)))
        .failure()
        .code();
  }

  private <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return TestNode.await(node.node().bus().ask(operation, request));
  }
}
