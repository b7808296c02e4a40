package io.classbell;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.classbell.platform.db.Sql;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The rules that the packages follow; the names of packages say which rules apply to a class. */
class ArchitectureTest {
  private static final String ROOT = "io.classbell.";
  private static final String PLATFORM = ROOT + "platform..";
  private static final String BOOT = ROOT + "boot..";
  private static final String TOOLS = ROOT + "tools..";
  private static final String EMBEDDED = ROOT + "embedded..";

  static final List<String> MODULES =
      List.of("account", "booking", "wallet", "payment", "schedule", "notification", "http");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.classbell");

  @ParameterizedTest
  @FieldSource("MODULES")
  void other_modules_see_the_api_of_a_module_only(String module) {
    noClasses()
        .that(describe("are in another module", c -> isInModule(c) && !isIn(module, c)))
        .should()
        .dependOnClassesThat(
            describe("are internal to " + module, c -> isIn(module, c) && !isApi(module, c)))
        .check(CLASSES);
  }

  @Test
  void packages_are_free_of_cycles() {
    slices().matching("io.classbell.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void models_and_decisions_use_neither_vertx_nor_sql() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + "*.model..",
            ROOT + "booking.decision..",
            ROOT + "booking.event..",
            ROOT + "notification.text..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.vertx..",
                "java.sql..",
                "..store..",
                ROOT + "platform.node..",
                ROOT + "platform.db..",
                ROOT + "platform.redis..",
                ROOT + "platform.outbox.."))
        .check(CLASSES);
  }

  @Test
  void sql_is_in_stores_and_audits_only() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..store..", "..audit..", PLATFORM, TOOLS, EMBEDDED)
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
        .check(CLASSES);
  }

  @Test
  void the_platform_does_not_see_modules() {
    noClasses()
        .that()
        .resideInAPackage(PLATFORM)
        .should()
        .dependOnClassesThat(
            describe(
                "are outside of the platform",
                c -> c.getPackageName().startsWith("io.classbell") && !isIn("platform", c)))
        .check(CLASSES);
  }

  @Test
  void modules_do_not_see_the_program_and_its_tools() {
    noClasses()
        .that(describe("are in a module", ArchitectureTest::isInModule))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.classbell", BOOT, TOOLS, EMBEDDED))
        .check(CLASSES);
  }

  @Test
  void embedded_servers_are_used_through_their_provider_only() {
    noClasses()
        .that()
        .resideOutsideOfPackage(EMBEDDED)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                EMBEDDED, "ch.vorburger..", "redis.embedded..", "com.icegreen.greenmail.."))
        .check(CLASSES);
  }

  @Test
  void transactions_begin_in_one_class() {
    noClasses()
        .that()
        .resideOutsideOfPackages(TOOLS, EMBEDDED)
        .and(describe("are not Database", c -> !topLevel(c).getSimpleName().equals("Database")))
        .should()
        .callMethod("io.vertx.sqlclient.SqlConnection", "begin")
        .check(CLASSES);
  }

  @Test
  void requests_to_others_are_sent_by_one_client() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "platform.outgoing..", TOOLS, EMBEDDED)
        .should()
        .dependOnClassesThat(
            describe(
                "are HTTP clients",
                c ->
                    c.getName().equals("io.vertx.core.http.HttpClient")
                        || c.getPackageName().startsWith("io.vertx.ext.web.client")
                        || c.getPackageName().startsWith("java.net.http")))
        .check(CLASSES);
  }

  @Test
  void time_comes_from_the_platform_clock() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "platform.time..", ROOT + "platform.node..", TOOLS, EMBEDDED)
        .should()
        .accessTargetWhere(
            describe(
                "reads the clock of the machine",
                (JavaAccess<?> call) -> readsTheMachineClock(call.getTarget())))
        .check(CLASSES);
  }

  @Test
  void no_thread_sleeps() {
    noClasses()
        .that()
        .resideOutsideOfPackages(TOOLS, EMBEDDED)
        .should()
        .accessTargetWhere(
            describe(
                "sleeps",
                (JavaAccess<?> call) ->
                    call.getName().equals("sleep")
                        && Set.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                            .contains(call.getTargetOwner().getName())))
        .check(CLASSES);
  }

  @Test
  void verticles_are_at_the_root_of_their_module() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Verticle")
        .should(
            com.tngtech.archunit.lang.conditions.ArchConditions.resideInAnyPackage(
                MODULES.stream().map(module -> ROOT + module).toArray(String[]::new)))
        .check(CLASSES);
  }

  @Test
  void no_two_top_level_types_share_a_simple_name() {
    Map<String, Set<String>> byName =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(c -> !c.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    Collectors.mapping(JavaClass::getName, Collectors.toSet())));
    byName.values().removeIf(names -> names.size() == 1);

    assertThat(byName).isEmpty();
  }

  @Test
  void every_package_has_a_package_info() {
    Set<String> described =
        CLASSES.stream()
            .filter(c -> c.getSimpleName().equals("package-info"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());

    assertThat(described)
        .containsAll(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()));
  }

  private static boolean readsTheMachineClock(AccessTarget target) {
    String owner = target.getOwner().getName();
    return switch (target.getName()) {
      case "now" -> owner.startsWith("java.time.");
      case "currentTimeMillis" -> owner.equals("java.lang.System");
      case "systemUTC", "systemDefaultZone", "system" -> owner.equals("java.time.Clock");
      default -> false;
    };
  }

  private static boolean isInModule(JavaClass c) {
    return MODULES.stream().anyMatch(module -> isIn(module, c));
  }

  private static boolean isIn(String module, JavaClass c) {
    String name = c.getPackageName();
    return name.equals(ROOT + module) || name.startsWith(ROOT + module + ".");
  }

  private static boolean isApi(String module, JavaClass c) {
    return isIn(module + ".api", c);
  }

  private static JavaClass topLevel(JavaClass c) {
    return c.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(c);
  }
}
