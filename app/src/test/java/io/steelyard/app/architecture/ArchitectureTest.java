package io.steelyard.app.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The house's plan, as docs/ARCHITECTURE.md draws it: who may know whom, and what stays pure. */
final class ArchitectureTest {
  private static final String ROOT = "io.steelyard.";

  /** Each module and those that it may know. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry("testkit", List.of()),
          Map.entry("core", List.of()),
          Map.entry("wire", List.of()),
          Map.entry("net", List.of()),
          Map.entry("proxy", List.of("core", "wire", "net")),
          Map.entry("config", List.of("core")),
          Map.entry("cluster", List.of("core")),
          Map.entry("vip", List.of("core", "wire", "net", "cluster")),
          Map.entry("share", List.of("core", "cluster")),
          Map.entry("sim", List.of("core", "config")),
          Map.entry("store", List.of("wire", "config")),
          Map.entry("control", List.of("core", "wire", "config", "cluster")),
          Map.entry("admin", List.of("core", "wire", "config", "cluster", "control")),
          Map.entry(
              "app",
              List.of(
                  "core", "wire", "net", "proxy", "config", "cluster", "vip", "share", "store",
                  "sim", "control", "admin")));

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.steelyard");

  static List<String> modules() {
    return List.copyOf(ARROWS.keySet());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void a_module_knows_only_those_below_it(String module) {
    List<String> forbidden = new ArrayList<>(modules());
    forbidden.remove(module);
    forbidden.removeAll(ARROWS.get(module));
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage(ROOT + module + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                forbidden.stream().map(name -> ROOT + name + "..").toArray(String[]::new))
            .allowEmptyShould(true);
    rule.check(HOUSE);
  }

  @Test
  void every_module_is_on_the_plan() {
    assertThat(HOUSE.stream().map(c -> c.getPackageName().split("\\.", -1)[2]).distinct())
        .containsExactlyInAnyOrderElementsOf(modules());
  }

  @Test
  void packages_have_no_cycles() {
    slices()
        .matching("io.steelyard.(**)")
        .should()
        .beFreeOfCycles()
        // The one place that names the transports, which extend what it stands in.
        .ignoreDependency(
            name(ROOT + "net.Loop"), resideInAnyPackage(ROOT + "net.epoll", ROOT + "net.uring"))
        .check(HOUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "wire", "cluster", "sim"})
  void a_pure_module_has_no_clock_chance_or_thread(String module) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .accessTargetWhere(describe("it is impure", Purity::offends))
        .check(HOUSE);
  }

  @Test
  void every_impure_thing_is_seen_as_a_call_and_as_a_reference() {
    JavaClass sample = new ClassFileImporter().importClass(ImpureSample.class);
    Set<String> seen =
        sample.getAccessesFromSelf().stream()
            .filter(Purity::offends)
            .map(access -> access.getOwner().getName())
            .collect(Collectors.toSet());
    Set<String> all =
        sample.getMethods().stream().map(JavaMethod::getName).collect(Collectors.toSet());
    all.removeIf(name -> name.startsWith("pure_") || name.startsWith("lambda$"));
    assertThat(all).hasSizeGreaterThan(15);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "wire", "cluster"})
  void a_pure_module_does_no_input_or_output(String module) {
    DescribedPredicate<JavaClass> io =
        resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
            .and(describe("is no plain data", c -> !isPlainData(c)));
    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat(io)
        .check(HOUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "wire", "net", "proxy", "vip"})
  void what_moves_bytes_needs_nothing_but_the_jdk(String module) {
    classes()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("java..", "javax.crypto..", "io.steelyard.."))
        .check(HOUSE);
  }

  @Test
  void only_the_start_and_the_command_line_print_or_exit() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "app..")
        .should()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(HOUSE);
  }

  @Test
  void standard_output_is_for_answers_and_the_access_log() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "app..")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "proxy.Proxy")
        .should()
        .accessField(System.class, "out")
        .check(HOUSE);
  }

  /** Addresses are data; what they throw and close has no way to the outside either. */
  private static boolean isPlainData(JavaClass type) {
    return Set.of(
            "java.net.InetAddress",
            "java.net.Inet4Address",
            "java.net.Inet6Address",
            "java.net.InetSocketAddress",
            "java.net.SocketAddress",
            "java.net.UnixDomainSocketAddress",
            "java.io.Serializable")
        .contains(type.getName());
  }
}
