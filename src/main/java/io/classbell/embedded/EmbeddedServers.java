package io.classbell.embedded;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.classbell.boot.BundledServers;
import io.classbell.boot.StartFailure;
import io.classbell.embedded.provider.FakeProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All embedded servers over one data directory. */
final class EmbeddedServers implements BundledServers {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServers.class);

  /** The file with the settings of the running servers, for nodes and commands on this machine. */
  private static final String SETTINGS_FILE = "servers.json";

  private final DataDirectory directory;
  private final MariaDb database;
  private final Redis redis;
  private final DevMailTable mails;
  private final MailCatcher mail;
  private final FakeProviders providers;
  private final Supervisor databaseSupervisor;
  private final Supervisor redisSupervisor;
  private final AtomicReference<Consumer<String>> onLoss = new AtomicReference<>();

  EmbeddedServers(Path data, Path programs, Clock clock) {
    directory = DataDirectory.open(data);
    ServerBinaries software = new ServerBinaries(programs);
    database = new MariaDb(software.mariaDb(), directory, FreePorts.free(), true);
    redis = new Redis(software.redis(), directory, FreePorts.free());
    mails = new DevMailTable(database.users()::application);
    mail = new MailCatcher(FreePorts.free(), clock, mails);
    providers = fakeProviders();
    databaseSupervisor = new Supervisor(database, this::lost);
    redisSupervisor = new Supervisor(redis, this::lost);
  }

  private FakeProviders fakeProviders() {
    try {
      FakeProviders fakes = new FakeProviders(0, directory.secret("providers"));
      Files.writeString(authority(), fakes.paypal().authority());
      return fakes;
    } catch (IOException e) {
      throw new StartFailure("The fake payment providers can't be started.", e);
    }
  }

  private Path authority() {
    return directory.path().resolve("fake-paypal-ca.pem");
  }

  @Override
  public String settings() {
    ObjectNode tree = JsonMapper.builder().build().createObjectNode();
    tree.put("mode", "test");
    tree.putObject("database")
        .put("host", DatabaseUsers.HOST)
        .put("port", database.port())
        .put("name", DatabaseUsers.DATABASE)
        .put("user", DatabaseUsers.USER)
        .put("password", directory.secret("database"))
        .put("migrationUser", DatabaseUsers.MIGRATION_USER)
        .put("migrationPassword", directory.secret("databaseMigration"));
    tree.putObject("redis").put("uri", redis.uri());
    tree.putObject("cluster").put("secret", directory.secret("cluster"));
    tree.putObject("account").put("jwtSecret", directory.secret("jwt"));
    tree.putObject("payment")
        .putObject("fake")
        .put("url", providers.url())
        .put("secret", directory.secret("providers"))
        .put("certificateCa", authority().toAbsolutePath().toString());
    tree.putObject("notification")
        .putObject("smtp")
        .put("host", MailCatcher.HOST)
        .put("port", mail.smtpPort())
        .put("startTls", "disabled");
    return tree.toPrettyString();
  }

  @Override
  public void start() {
    CompletableFuture<Void> others =
        CompletableFuture.runAsync(
            () -> {
              redisSupervisor.watch(redis.start());
              mail.start();
              providers.start();
            });
    databaseSupervisor.watch(database.start());
    try {
      others.join();
      DataDirectory.writePrivately(directory.path().resolve(SETTINGS_FILE), settings());
    } catch (CompletionException e) {
      if (e.getCause() instanceof StartFailure failure) {
        throw failure;
      }
      throw e;
    } catch (IOException e) {
      throw new StartFailure("Can't write to " + directory.path(), e);
    }
  }

  @Override
  public void onLoss(Consumer<String> action) {
    onLoss.set(action);
  }

  private void lost(String sentence) {
    LOG.error(sentence);
    Consumer<String> action = onLoss.get();
    if (action != null) {
      action.accept(sentence);
    }
  }

  @Override
  public void afterMigration() {
    database.grant();
  }

  @Override
  public void close() {
    databaseSupervisor.close();
    redisSupervisor.close();
    mail.close();
    providers.close();
    mails.close();
    redis.close();
    database.close();
    directory.close();
  }
}
