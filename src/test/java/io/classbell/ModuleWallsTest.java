package io.classbell;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.classbell.platform.db.Sql;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The walls of the house, as the architecture draws them. */
class ModuleWallsTest {
  private static final String ROOT = "io.classbell.";
  private static final String PLATFORM = ROOT + "platform..";
  private static final String EMBEDDED = ROOT + "embedded..";

  static final List<String> MODULES =
      List.of("account", "booking", "wallet", "schedule", "notification", "payment", "http");

  /** What a module shows to the others beside its Api. */
  private static final Set<String> SHOWN_TOO = Set.of(ROOT + "account.People");

  /**
   * The decisions: plain Java, which is why they can be tested exhaustively. Classes whose names
   * end in Policy, Rule, Rules or Row are decisions or values too.
   */
  private static final Set<String> DECISIONS =
      Stream.of(
              in(
                  "account",
                  "EmailAddress",
                  "Fields",
                  "PasswordHash",
                  "AttemptWindow",
                  "OpaqueToken"),
              in("booking", "Timeline", "Recurrence", "Settlement", "Life", "Facts"),
              in("wallet", "Ledger", "Books", "Posting", "Transfer", "Entry", "Decision"))
          .flatMap(Set::stream)
          .collect(Collectors.toSet());

  private static final String DECISIONS_BY_NAME = ".*(Policy|Rule|Rules|Row)";

  private static final DescribedPredicate<JavaClass> DECISION =
      describe(
          "decisions",
          c ->
              MODULES.stream().anyMatch(m -> isIn(m, c))
                  && !isIn("http", c)
                  && (DECISIONS.contains(top(c).getName())
                      || top(c).getName().matches(DECISIONS_BY_NAME)));

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.classbell");

  @ParameterizedTest
  @FieldSource("MODULES")
  void a_module_sees_of_another_its_api_only(String module) {
    classes()
        .that(describe("are in " + module, c -> isIn(module, c)))
        .should(
            depend("see no more of another module than its Api")
                .onNothing(
                    target ->
                        MODULES.stream()
                            .filter(other -> !other.equals(module))
                            .filter(other -> isIn(other, target))
                            .anyMatch(other -> !isShown(target))))
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void the_platform_sees_nobody_who_stands_on_it() {
    noClasses()
        .that()
        .resideInAPackage(PLATFORM)
        .should()
        .dependOnClassesThat(
            describe(
                "stand on it",
                c -> c.getPackageName().startsWith("io.classbell") && !isPlatform(c)))
        .check(HOUSE);
  }

  @Test
  void modules_see_neither_the_program_nor_its_tools() {
    noClasses()
        .that(describe("are in a module", c -> MODULES.stream().anyMatch(m -> isIn(m, c))))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.classbell", ROOT + "tools..", EMBEDDED))
        .check(HOUSE);
  }

  @Test
  void decisions_see_no_vertx_no_sql_and_nobody_who_does() {
    noClasses()
        .that(DECISION)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.vertx..",
                    "java.sql..",
                    ROOT + "platform.db..",
                    ROOT + "platform.redis..",
                    ROOT + "platform.outbox..")
                .or(nameMatching(".*\\.(Node|Bus|PlatformClock|\\w+Store|\\w+Verticle)")))
        .check(HOUSE);
  }

  @Test
  void every_decision_named_here_exists() {
    Set<String> names = HOUSE.stream().map(JavaClass::getName).collect(Collectors.toSet());

    assertThat(names).containsAll(DECISIONS);
  }

  @Test
  void sql_is_in_stores_and_audits_alone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(PLATFORM, ROOT + "tools..", EMBEDDED)
        .and(
            describe(
                "are no Store and no Audit", c -> !top(c).getName().matches(".*(Store|Audit)")))
        .should()
        .accessTargetWhere(
            describe(
                "runs a statement",
                (JavaAccess<?> call) ->
                    call.getTargetOwner().isAssignableTo(Sql.class)
                        && Set.of("list", "first", "execute", "start").contains(call.getName())))
        .orShould()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.mysqlclient..", "java.sql.."))
        .check(HOUSE);
  }

  @Test
  void transactions_begin_in_one_place() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "tools..", EMBEDDED)
        .and(describe("are not the Database", c -> !top(c).getSimpleName().equals("Database")))
        .should()
        .callMethod("io.vertx.sqlclient.SqlConnection", "begin")
        .check(HOUSE);
  }

  @Test
  void time_comes_from_the_platforms_clock() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "platform.time..", ROOT + "tools..", EMBEDDED)
        .should()
        .accessTargetWhere(
            describe(
                "asks this machine for the time",
                (JavaAccess<?> call) -> asksTheMachine(call.getTarget())))
        .check(HOUSE);
  }

  @Test
  void nobody_sleeps() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "tools..", EMBEDDED)
        .should()
        .accessTargetWhere(
            describe(
                "sleeps",
                (JavaAccess<?> call) ->
                    call.getName().equals("sleep")
                        && Set.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                            .contains(call.getTargetOwner().getName())))
        .check(HOUSE);
  }

  @Test
  void embedded_servers_are_seen_by_nobody_else() {
    noClasses()
        .that()
        .resideOutsideOfPackage(EMBEDDED)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                EMBEDDED, "ch.vorburger..", "redis.embedded..", "com.icegreen.greenmail.."))
        .check(HOUSE);
  }

  @Test
  void a_module_shows_its_verticle_api_settings_and_audit_alone() {
    classes()
        .that(
            describe(
                "are public and in a module",
                c ->
                    MODULES.stream().anyMatch(m -> isIn(m, c))
                        && c.isTopLevelClass()
                        && c.getModifiers()
                            .contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC)))
        .should()
        .haveNameMatching(".*(Verticle|Api|Settings|Audit|\\.People|\\.TokenRules|\\.package-info)")
        .check(HOUSE);
  }

  private static boolean asksTheMachine(AccessTarget target) {
    String owner = target.getOwner().getName();
    return switch (target.getName()) {
      case "now" -> owner.startsWith("java.time.");
      case "currentTimeMillis" -> owner.equals("java.lang.System");
      case "systemUTC", "systemDefaultZone", "system" -> owner.equals("java.time.Clock");
      default -> false;
    };
  }

  private static Set<String> in(String module, String... names) {
    return Stream.of(names).map(name -> ROOT + module + "." + name).collect(Collectors.toSet());
  }

  private static boolean isIn(String module, JavaClass c) {
    String name = c.getPackageName();
    return name.equals(ROOT + module) || name.startsWith(ROOT + module + ".");
  }

  private static boolean isPlatform(JavaClass c) {
    return isIn("platform", c);
  }

  private static boolean isShown(JavaClass c) {
    String name = top(c).getName();
    return name.endsWith("Api") || SHOWN_TOO.contains(name);
  }

  private static JavaClass top(JavaClass c) {
    return c.getEnclosingClass().map(ModuleWallsTest::top).orElse(c);
  }

  private static Depending depend(String what) {
    return new Depending(what);
  }

  private record Depending(String what) {

    ArchCondition<JavaClass> onNothing(java.util.function.Predicate<JavaClass> target) {
      return new ArchCondition<>(what) {
        @Override
        public void check(JavaClass c, ConditionEvents events) {
          for (Dependency dependency : c.getDirectDependenciesFromSelf()) {
            if (target.test(dependency.getTargetClass())) {
              events.add(SimpleConditionEvent.violated(c, dependency.getDescription()));
            }
          }
        }
      };
    }
  }
}
