package io.classbell.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FailpointTest {
  @AfterEach
  void off() {
    Failpoint.hook(null);
  }

  @Test
  void nothing_happens_where_nobody_asked() {
    assertThatCode(() -> Failpoint.reach("anything")).doesNotThrowAnyException();
  }

  @Test
  void a_hook_hears_of_each_and_may_end_the_step() {
    List<String> reached = new ArrayList<>();
    Failpoint.hook(reached::add);
    Failpoint.reach("one");
    Failpoint.hook(
        name -> {
          throw new IllegalStateException(name);
        });

    assertThatIllegalStateException().isThrownBy(() -> Failpoint.reach("two"));
    assertThat(reached).containsExactly("one");
  }

  @Test
  void a_jvm_that_was_asked_to_dies_there_and_nowhere_else() throws Exception {
    assertThat(run("there")).isEqualTo(Failpoint.EXIT_CODE);
    assertThat(run("elsewhere")).isZero();
  }

  private static int run(String crashAt) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dclassbell.crashAt=" + crashAt,
                Reaching.class.getName())
            .inheritIO()
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** A program that reaches one failpoint. */
  static final class Reaching {
    public static void main(String[] arguments) {
      Failpoint.reach("there");
    }
  }
}
