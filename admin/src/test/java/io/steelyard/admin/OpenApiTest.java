package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.steelyard.control.Event;
import io.steelyard.core.server.ServerId;
import io.steelyard.wire.json.JsonReader;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The document says what the server does, and the server does what the document says. */
final class OpenApiTest {
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
  private static final Pattern REF = Pattern.compile("\"\\$ref\":\"#/([^\"]+)\"");
  private static final String SERVER = "/v1/pools/app%2Fx/servers/a";

  private static final FakeNode NODE = new FakeNode();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static AdminServer admin;
  private static Map<?, ?> document;

  @BeforeAll
  static void serve() throws Exception {
    admin = AdminServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), NODE);
    NODE.events.add(Event.Kind.CONFIGURED, "one");
    NODE.events.add(Event.Kind.SERVER_DOWN, new ServerId("app", "b"), "two");
    document = (Map<?, ?>) JsonReader.read(get("/v1/openapi.json"));
  }

  @AfterAll
  static void stop() {
    admin.close();
    HTTP.close();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.address().getPort() + path))
            .method(method, BodyPublishers.ofString(body))
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .build(),
        BodyHandlers.ofString());
  }

  private static String get(String path) throws IOException, InterruptedException {
    return send("GET", path, "").body();
  }

  private static Map<?, ?> at(Object map, String... keys) {
    Object value = map;
    for (String key : keys) {
      value = ((Map<?, ?>) value).get(key);
    }
    return (Map<?, ?>) value;
  }

  /** A schema within the document. */
  private static Schema schema(String pointer) {
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("$ref", "#/" + pointer);
    whole.put("components", document.get("components"));
    whole.put("paths", document.get("paths"));
    return SCHEMAS.getSchema(JsonWriter.text(whole), InputFormat.JSON);
  }

  private static void valid(String json, String name) {
    assertThat(schema("components/schemas/" + name).validate(json, InputFormat.JSON))
        .as(json)
        .isEmpty();
  }

  @Test
  void it_is_valid_by_the_standards_own_schema() throws IOException {
    try (InputStream in = OpenApiTest.class.getResourceAsStream("openapi-3.1.schema.json")) {
      String standard = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Schema schema = SCHEMAS.getSchema(standard, InputFormat.JSON);
      assertThat(schema.validate(JsonWriter.text(document), InputFormat.JSON)).isEmpty();
      assertThat(schema.validate("{\"openapi\":\"3.1.0\"}", InputFormat.JSON)).isNotEmpty();
    }
  }

  @Test
  void its_schemas_are_valid_themselves_and_every_reference_leads_somewhere() {
    Schema meta =
        SCHEMAS.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));
    at(document, "components", "schemas")
        .forEach((name, schema) ->
            assertThat(meta.validate(JsonWriter.text(schema), InputFormat.JSON))
                .as(name.toString())
                .isEmpty());
    Matcher refs = REF.matcher(JsonWriter.text(document));
    List<String> seen = new ArrayList<>();
    while (refs.find()) {
      seen.add(refs.group(1));
      assertThat(at(document, refs.group(1).split("/", -1))).as(refs.group(1)).isNotNull();
    }
    for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
      at(document, "components", kind)
          .keySet()
          .forEach(name -> assertThat(seen).as("used").contains("components/" + kind + "/" + name));
    }
  }

  static List<String> paths() throws Exception {
    if (document == null) {
      serve();
    }
    return at(document, "paths").keySet().stream().map(Object::toString).toList();
  }

  /** What is documented of a path is what the server answers with when it is asked for more. */
  @ParameterizedTest
  @MethodSource("paths")
  void each_path_takes_the_methods_that_are_documented(String path) throws Exception {
    String real =
        path.replace("{pool}", "app%2Fx").replace("{server}", "a").replace("{revision}", "1");
    HttpResponse<String> refused = send("BREW", real, "");
    assertThat(refused.statusCode()).isEqualTo(405);
    valid(refused.body(), "Problem");
    Set<String> documented =
        at(document, "paths", path).keySet().stream()
            .map(Object::toString)
            .filter(METHODS::contains)
            .map(method -> method.toUpperCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    String allowed = refused.headers().firstValue("Allow").orElseThrow();
    assertThat(Set.of(allowed.split(", ", -1)))
        .isEqualTo(documented.contains("GET") ? union(documented, "HEAD") : documented);
    for (String method : documented) {
      HttpResponse<String> answer = send(method, real, "{}");
      assertThat(answer.statusCode()).as(method).isNotIn(404, 405, 500);
      Map<?, ?> responses =
          at(document, "paths", path, method.toLowerCase(Locale.ROOT), "responses");
      assertThat(responses.get(Integer.toString(answer.statusCode()))).isNotNull();
    }
  }

  private static Set<String> union(Set<String> set, String more) {
    Set<String> all = new TreeSet<>(set);
    all.add(more);
    return all;
  }

  @Test
  void the_paths_that_the_server_has_by_name_are_documented() throws Exception {
    assertThat(paths()).containsAll(new AdminHandler(NODE).paths());
    assertThat(paths()).contains("/v1/openapi.json", "/v1/events", "/v1/sessions", "/v1/cluster");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/status,Status",
    "/v1/pools,Pools",
    "/v1/pools/app%2Fx,Pool",
    SERVER + ",Server",
    "/v1/events,Events",
    "/v1/sessions?list=5,Sessions",
    "/v1/cluster,Cluster",
    "/v1/none,Problem",
    SERVER + "x,Problem",
    "/v1/events?after=x,Problem",
  })
  void answers_are_as_documented(String path, String schema) throws Exception {
    valid(get(path), schema);
  }

  @Test
  void changes_and_their_answers_are_as_documented() throws Exception {
    String patch = "{\"wish\":\"maintenance\",\"weight\":7}";
    valid(patch, "ServerPatch");
    valid(send("PATCH", SERVER + "?dry-run=true", patch).body(), "DryRun");
    valid(send("PATCH", SERVER, patch).body(), "Server");
    valid(send("PATCH", SERVER, "{\"wish\":\"serve\",\"weight\":null}").body(), "Server");
    assertThat(schema("components/schemas/ServerPatch").validate("{}", InputFormat.JSON))
        .isNotEmpty();
    valid(send("PATCH", SERVER, "{}").body(), "Problem");
  }

  @Test
  void every_kind_of_event_is_documented() {
    List<String> kinds = new ArrayList<>();
    ((List<?>) at(document, "components", "schemas", "Event", "properties", "kind").get("enum"))
        .forEach(kind -> kinds.add(kind.toString()));
    List<String> known = new ArrayList<>();
    for (Event.Kind kind : Event.Kind.values()) {
      known.add(kind.label());
    }
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(known);
  }
}
