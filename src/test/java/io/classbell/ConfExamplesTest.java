package io.classbell;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.boot.Settings;
import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.config.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples in conf/ say what the program understands. */
class ConfExamplesTest {
  private static final Map<String, String> SECRETS =
      Map.of(
          "CLASSBELL_DATABASE_PASSWORD", "a database password",
          "CLASSBELL_DATABASE_MIGRATION_PASSWORD", "another database password",
          "CLASSBELL_REDIS_URI", "rediss://:a-redis-password@redis.example.com",
          "CLASSBELL_ACCOUNT_JWT_SECRET", "0123456789abcdef0123456789abcdef",
          "CLASSBELL_CLUSTER_SECRET", "0123456789abcdef0123456789abcdef",
          "CLASSBELL_NOTIFICATION_SMTP_PASSWORD", "a mail password");

  private static List<String> mistakes(Map<String, String> environment, String... files) {
    SettingsReader<Settings> reader = SettingsReader.of(Settings.class);
    for (String file : files) {
      reader.file(Path.of("conf", file));
    }
    try {
      reader.environment(environment).read();
      return List.of();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
  }

  /** Certificates are in the files that the examples name, on the operator's machine. */
  @Test
  void production_and_cluster_lack_nothing_but_their_files() {
    assertThat(mistakes(SECRETS, "production.example.json", "cluster.example.json"))
        .isNotEmpty()
        .allMatch(mistake -> mistake.contains("/etc/classbell/"))
        .allMatch(mistake -> mistake.contains("can't be read"));
  }

  @Test
  void the_variables_of_the_kubernetes_manifest_are_settings_and_none_is_missing()
      throws Exception {
    String manifest = Files.readString(Path.of("conf/kubernetes/classbell.yaml"));
    Matcher variable =
        Pattern.compile("name: (CLASSBELL_\\w+)(?:, value: \"?([^\"}]+))?").matcher(manifest);
    Map<String, String> environment = new TreeMap<>();
    while (variable.find()) {
      String name = variable.group(1);
      if (name.endsWith("_FILE")) {
        String secret = name.substring(0, name.length() - "_FILE".length());
        environment.put(secret, SECRETS.get(secret));
      } else {
        environment.put(name, variable.group(2) == null ? "10.0.0.1" : variable.group(2));
      }
    }
    assertThat(environment).containsKeys(SECRETS.keySet().toArray(String[]::new));
    assertThat(environment).hasSizeGreaterThan(SECRETS.size() + 8);
    assertThat(mistakes(environment, "production.example.json"))
        .allMatch(mistake -> mistake.contains("can't be read"));
  }
}
