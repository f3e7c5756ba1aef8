package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written about the configuration is what the binder knows. */
final class DocumentationTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern YAML_BLOCK = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

  private static final Map<String, Section<?>> SECTIONS = new LinkedHashMap<>();

  static {
    SECTIONS.put("The file", ConfigSection.TYPE);
    SECTIONS.put("A listener", ListenerSection.TYPE);
    SECTIONS.put("A route", RouteSection.TYPE);
    SECTIONS.put("A listener's timeouts", ListenerSection.TIMEOUTS_TYPE);
    SECTIONS.put("A listener's limits", ListenerSection.LIMITS_TYPE);
    SECTIONS.put("TLS of a listener", TlsSection.TYPE);
    SECTIONS.put("A pool", PoolSection.TYPE);
    SECTIONS.put("Sessions", StickySection.TYPE);
    SECTIONS.put("A server", ServerType.SECTION);
    SECTIONS.put("Discovery", DiscoverSection.TYPE);
    SECTIONS.put("Health checks", HealthSection.TYPE);
    SECTIONS.put("An HTTP check", HttpCheckSection.SECTION);
    SECTIONS.put("A TLS check", HealthSection.TLS_SECTION);
    SECTIONS.put("A gRPC check", HealthSection.GRPC_SECTION);
    SECTIONS.put("A UDP check", HealthSection.UDP_SECTION);
    SECTIONS.put("A step of a script", ScriptSection.STEP);
    SECTIONS.put("Hold-down", HoldDownSection.TYPE);
    SECTIONS.put("Passive health", PassiveSection.TYPE);
    SECTIONS.put("Load reports", LoadSection.TYPE);
    SECTIONS.put("A pool's timeouts", PoolTimeoutsSection.TYPE);
    SECTIONS.put("A pool's limits", PoolLimitsSection.TYPE);
    SECTIONS.put("State", StateSection.TYPE);
    SECTIONS.put("Cluster", ClusterSection.TYPE);
    SECTIONS.put("A virtual address", VipSection.TYPE);
    SECTIONS.put("What is tracked", TrackSection.TYPE);
    SECTIONS.put("Admin", AdminSection.TYPE);
    SECTIONS.put("TLS of the admin API", AdminTlsSection.TYPE);
    SECTIONS.put("A shared configuration", FromSection.TYPE);
  }

  private static String schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Steelyard configuration");
    schema.putAll(ConfigSection.schema());
    return JsonText.of(schema, "") + "\n";
  }

  private static String table(Section<?> section) {
    return section.options().stream()
        .map(DocumentationTest::row)
        .collect(
            Collectors.joining(
                "\n", "| key | value | default | meaning |\n|---|---|---|---|\n", "\n"));
  }

  private static <T> String row(Option<T> option) {
    String expected =
        option.type().expected().startsWith("a mapping with")
            ? "a mapping"
            : option.type().expected();
    return "| `%s` | %s | %s | %s |"
        .formatted(option.key(), expected, fallback(option), option.doc());
  }

  private static <T> String fallback(Option<T> option) {
    if (option.fallback().isEmpty()) {
      return "required";
    }
    Object shown =
        option.type() instanceof Scalar<T> scalar ? scalar.show(option.fallback().get()) : "";
    return shown.equals("") ? "" : "`" + shown + "`";
  }

  /** To renew the file after a change: copy what the test leaves in {@code target}. */
  private static void same(Path file, String wanted) throws IOException {
    Files.writeString(Path.of("target").resolve(file.getFileName()), wanted);
    assertThat(Files.readString(file)).as("renew from config/target").isEqualTo(wanted);
  }

  @Test
  void the_schema_for_editors_says_what_the_binder_knows() throws IOException {
    same(DOCS.resolve("steelyard.schema.json"), schema());
  }

  static Stream<String> sections() {
    return SECTIONS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("sections")
  void the_reference_has_the_table_of_every_section(String heading) throws IOException {
    // To renew a table after a change: copy what this leaves in target.
    Files.writeString(Path.of("target").resolve(heading + ".md"), table(SECTIONS.get(heading)));
    assertThat(Files.readString(DOCS.resolve("configuration.md")))
        .contains("## " + heading + "\n")
        .contains(table(SECTIONS.get(heading)));
  }

  @Test
  void the_reference_names_every_key_of_a_later_version() throws IOException {
    String reference = Files.readString(DOCS.resolve("configuration.md"));
    SECTIONS.values().stream()
        .flatMap(s -> s.later().stream())
        .forEach(key -> assertThat(reference).contains("`" + key + "`"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"configuration.md", "how-to.md"})
  void every_block_of_a_page_is_a_valid_configuration(String page) throws Exception {
    Matcher blocks = YAML_BLOCK.matcher(Files.readString(DOCS.resolve(page)));
    int found = 0;
    while (blocks.find()) {
      ConfigParser.parse(page + ", block " + ++found, blocks.group(1));
    }
    assertThat(found).isPositive();
  }

  @Test
  void every_example_is_a_valid_configuration() throws Exception {
    List<Path> examples;
    try (Stream<Path> files = Files.list(DOCS.resolve("examples"))) {
      examples = files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
    for (Path example : examples) {
      ConfigParser.parseFile(example);
    }
  }

  @Test
  void the_first_example_has_at_most_twelve_lines() throws IOException {
    assertThat(Files.readAllLines(DOCS.resolve("examples/steelyard.yaml"))).hasSizeLessThan(13);
  }
}
