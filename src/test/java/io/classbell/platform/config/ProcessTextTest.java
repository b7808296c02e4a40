package io.classbell.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Starts Java in the C locale, by a shell that passes on the very bytes. */
@EnabledOnOs(OS.LINUX)
class ProcessTextTest {
  private static final String TEXT = "Müllers 🎸 学校";

  private record Ended(int exitCode, String output) {}

  /** Prints what was read, in ASCII. */
  public static final class Echo {
    private Echo() {}

    public static void main(String[] arguments) {
      print(ProcessText.environment().get("CLASSBELL_NOTIFICATION_SMTP_FROM_NAME"));
      ProcessText.arguments(arguments).forEach(Echo::print);
    }

    private static void print(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      System.out.println(Base64.getEncoder().encodeToString(bytes));
    }
  }

  private static Ended run(String script) throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    return new Ended(process.waitFor(), output);
  }

  private static String java(String main, String arguments) {
    return "exec '"
        + Path.of(System.getProperty("java.home"), "bin", "java")
        + "' -cp '"
        + System.getProperty("java.class.path")
        + "' "
        + main
        + " "
        + arguments;
  }

  /** A shell expression for these bytes. */
  private static String octal(byte[] bytes) {
    StringBuilder escapes = new StringBuilder();
    for (byte b : bytes) {
      escapes.append('\\').append("%03o".formatted(b & 0xFF));
    }
    return "\"$(printf '" + escapes + "')\"";
  }

  private static String inTheCLocale(byte[] fromName) {
    return "unset LANG LC_CTYPE; LC_ALL=C; CLASSBELL_NOTIFICATION_SMTP_FROM_NAME="
        + octal(fromName)
        + "; export LC_ALL CLASSBELL_NOTIFICATION_SMTP_FROM_NAME; ";
  }

  @Test
  void text_in_the_environment_and_in_arguments_is_utf_8_in_the_c_locale() throws Exception {
    byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
    Ended ended =
        run(
            inTheCLocale(text)
                + java(Echo.class.getName().replace("$", "\\$"), "plain " + octal(text)));

    List<String> lines =
        ended
            .output
            .lines()
            .filter(line -> !line.startsWith("Picked up"))
            .map(line -> new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8))
            .toList();
    assertThat(lines).containsExactly(TEXT, "plain", TEXT);
    assertThat(ended.exitCode).isZero();
  }

  @Test
  void a_setting_that_is_not_utf_8_is_refused_by_its_name() throws Exception {
    byte[] latin1 = "Müllers".getBytes(StandardCharsets.ISO_8859_1);
    Ended ended = run(inTheCLocale(latin1) + java("io.classbell.Classbell", "--port 0"));

    assertThat(ended.output).contains("CLASSBELL_NOTIFICATION_SMTP_FROM_NAME: is not UTF-8");
    assertThat(ended.exitCode).isEqualTo(2);
  }

  @Test
  void an_argument_that_is_not_utf_8_is_refused() throws Exception {
    byte[] latin1 = "Müllers".getBytes(StandardCharsets.ISO_8859_1);
    Ended ended =
        run(
            "LC_ALL=C "
                + java("io.classbell.Classbell", "--roles " + octal(latin1))
                    .substring("exec ".length()));

    assertThat(ended.output).contains("Argument 2 is not UTF-8");
    assertThat(ended.exitCode).isEqualTo(2);
  }

  @Test
  void a_file_that_the_locale_cannot_name_is_refused_by_its_option() throws Exception {
    byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
    for (String option : List.of("--data", "--config")) {
      Ended ended =
          run(
              inTheCLocale("x".getBytes(StandardCharsets.UTF_8))
                  + java("io.classbell.Classbell", option + " " + octal(text)));
      assertThat(ended.output).contains(option + " names a file").contains("LC_ALL=C.UTF-8");
      assertThat(ended.exitCode).isEqualTo(2);
    }
  }
}
