package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import io.steelyard.control.Sharing;
import io.steelyard.core.health.Wish;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PreconditionsTest {
  private static final String TAG = "\"b\"";
  private static final Pattern ETAG = Pattern.compile("(?i)\r\netag: (\"[0-9a-f]{24}\")\r\n");
  private static final String SERVER = "/v1/pools/app%2Fx/servers/a";

  private static Preconditions given(String name, String... values) {
    Headers headers = new Headers();
    for (String value : values) {
      headers.add(name, value);
    }
    return Preconditions.of(headers);
  }

  private static int write(String name, String... values) {
    try {
      given(name, values).demand(TAG);
      return 200;
    } catch (Problem e) {
      return e.answer().status();
    }
  }

  private static int read(String... values) throws Problem {
    return given("If-None-Match", values).answer(Answer.text(200, "x"), TAG).status();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "200|\"b\"", "200|*", "200|\"a\", \"b\"", "200|\"a\" ,,\"b\",", "412|\"a\"", "412|W/\"b\"",
        "412|\"a\",\"c\"", "412|\"B\"", "412|\"a,b\"", "400|b", "400|\"b", "400|\"b\" \"c\"",
        "400|w/\"b\"", "400|*,\"b\"",
      })
  void a_write_is_for_the_version_that_it_names_by_strong_comparison(int status, String field) {
    assertThat(write("If-Match", field)).isEqualTo(status);
  }

  @Test
  void several_fields_are_one_list() throws Problem {
    assertThat(write("If-Match", "\"a\"", TAG)).isEqualTo(200);
    assertThat(read("\"a\"", TAG)).isEqualTo(304);
  }

  @Test
  void a_write_without_conditions_is_for_any_version() {
    assertThat(write("If-Match")).isEqualTo(200);
    assertThat(write("If-None-Match", "*")).isEqualTo(412);
    assertThat(write("If-None-Match", TAG)).isEqualTo(412);
    assertThat(write("If-None-Match", "\"a\"")).isEqualTo(200);
  }

  @Test
  void a_read_is_answered_304_by_weak_comparison() throws Problem {
    assertThat(read()).isEqualTo(200);
    assertThat(read("*")).isEqualTo(304);
    assertThat(read("W/\"b\"")).isEqualTo(304);
    assertThat(read("\"a\"")).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "\"b", "W/b"})
  void what_is_no_tag_is_not_taken_for_one(String field) {
    assertThatThrownBy(() -> read(field)).isInstanceOf(Problem.class);
  }

  @Test
  void two_that_have_read_the_same_version_do_not_both_change_it() throws Exception {
    FakeNode node = new FakeNode();
    try (AdminServer admin = serve(node)) {
      String url = "http://127.0.0.1:" + admin.address().getPort() + SERVER;
      String read = Asked.curl(url).text();
      String tag = tag(read);
      assertThat(Asked.curl("-H", "If-None-Match: " + tag, url).text())
          .startsWith("HTTP/1.1 304")
          .doesNotContain("{");
      assertThat(patch(url, tag, "{\"wish\":\"drain\"}")).startsWith("HTTP/1.1 200");
      assertThat(patch(url, tag, "{\"wish\":\"serve\"}"))
          .startsWith("HTTP/1.1 412")
          .contains("problem+json");
      assertThat(node.wish).isEqualTo(Wish.DRAIN);
      assertThat(tag(Asked.curl(url).text())).isNotEqualTo(tag);
      assertThat(patch(url, "*", "{\"wish\":\"serve\"}")).startsWith("HTTP/1.1 200");
      assertThat(tag(Asked.curl(url).text())).isEqualTo(tag);
    }
  }

  @Test
  void a_dry_run_says_what_would_change_and_changes_nothing() throws Exception {
    FakeNode node = new FakeNode();
    try (AdminServer admin = serve(node)) {
      String url = "http://127.0.0.1:" + admin.address().getPort() + SERVER;
      assertThat(patch(url + "?dry-run=true", "*", "{\"wish\":\"drain\",\"weight\":1}"))
          .startsWith("HTTP/1.1 200")
          .contains(
              "{\"dry_run\":true,\"changes\":{\"wish\":{\"from\":\"serve\",\"to\":\"drain\"}}}");
      assertThat(patch(url + "?dry-run=true", "\"a\"", "{\"wish\":\"drain\"}")).contains(" 412 ");
      assertThat(patch(url + "?dry-run=maybe", "*", "{\"wish\":\"drain\"}")).contains(" 400 ");
      assertThat(patch(url + "?dryrun=true", "*", "{\"wish\":\"drain\"}")).contains(" 400 ");
      assertThat(node.wish).isEqualTo(Wish.SERVE);
    }
  }

  @Test
  void sessions_are_forgotten_only_while_as_many_are_there_as_were_seen() throws Exception {
    FakeNode node = new FakeNode();
    try (AdminServer admin = serve(node)) {
      String url = url(admin, "/v1/sessions?pool=app%2Fx");
      String tag = tag(Asked.curl(url).text());
      assertThat(Asked.curl("-H", "If-None-Match: " + tag, url).text()).startsWith("HTTP/1.1 304");
      assertThat(tag(Asked.curl(url + "&list=5").text())).isEqualTo(tag);
      assertThat(tag(Asked.curl(url(admin, "/v1/sessions")).text())).isNotEqualTo(tag);
      node.remembered = 7;
      assertThat(send("DELETE", url, tag)).startsWith("HTTP/1.1 412").contains("problem+json");
      assertThat(node.forgotten).isNull();
      assertThat(send("DELETE", url, tag(Asked.curl(url).text()))).startsWith("HTTP/1.1 200");
      assertThat(node.forgotten).isNotNull();
      assertThat(send("DELETE", url, "*")).startsWith("HTTP/1.1 200");
      assertThat(send("DELETE", url, "nonsense")).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void keys_that_two_have_seen_are_changed_once() throws Exception {
    FakeNode node = new FakeNode();
    node.rotation = Sharing.Rotation.DONE;
    try (AdminServer admin = serve(node)) {
      String url = url(admin, "/v1/cluster/keys");
      String tag = tag(Asked.curl(url).text());
      assertThat(send("POST", url, tag)).startsWith("HTTP/1.1 200");
      assertThat(send("POST", url, tag)).startsWith("HTTP/1.1 412");
      assertThat(node.rotated).hasValue(1);
      assertThat(Asked.curl("-X", "POST", url).text()).startsWith("HTTP/1.1 200");
      assertThat(node.rotated).hasValue(2);
    }
  }

  private static String url(AdminServer admin, String path) {
    return "http://127.0.0.1:" + admin.address().getPort() + path;
  }

  private static String send(String method, String url, String match) throws Exception {
    return Asked.curl("-X", method, "-H", "If-Match: " + match, url).text();
  }

  private static AdminServer serve(FakeNode node) throws IOException {
    return AdminServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), node);
  }

  private static String tag(String answer) {
    Matcher tag = ETAG.matcher(answer);
    assertThat(tag.find()).as(answer).isTrue();
    return tag.group(1);
  }

  private static String patch(String url, String match, String body) throws Exception {
    String json = "Content-Type: application/json";
    return Asked.curl("-X", "PATCH", "-H", json, "-H", "If-Match: " + match, "-d", body, url)
        .text();
  }
}
