package io.classbell.testing;

import io.classbell.embedded.TestServers;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.redis.RedisSettings;
import java.util.concurrent.atomic.AtomicInteger;

/** The Redis of a test JVM, started when first asked for. */
public final class TestRedis {
  private static final int DATABASES = 16;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestRedis() {}

  /**
   * A Redis database that no other test JVM uses and that no recent test of this one did; not
   * emptied.
   */
  public static RedisSettings fresh() {
    String uri = TestServers.redis().uri().reveal() + "/" + COUNT.getAndIncrement() % DATABASES;
    return SettingsReader.of(RedisSettings.class).json("test", "{\"uri\": \"" + uri + "\"}").read();
  }
}
