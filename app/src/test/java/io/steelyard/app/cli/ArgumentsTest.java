package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ArgumentsTest {
  private static final Usage USAGE =
      new Usage(
          "go",
          "",
          "Go.",
          1,
          List.of(
              new Option("--threads", "N", ""),
              new Option("--to", "ADDRESS", ""),
              Option.flag("--json", "")),
          "");

  @Test
  void options_and_the_rest_come_in_any_order() throws UsageException {
    Arguments args = parse("--to", "a", "file", "--to=b", "--json");
    assertThat(args.all("--to")).containsExactly("a", "b");
    assertThat(args.positional(0)).contains("file");
    assertThat(args.positional(1)).isEmpty();
    assertThat(args.has("--json")).isTrue();
    assertThat(args.has("--threads")).isFalse();
  }

  @Test
  void after_two_dashes_nothing_is_an_option() throws UsageException {
    assertThat(parse("--", "--json").positional(0)).contains("--json");
  }

  @Test
  void a_misspelt_option_is_answered_with_the_nearest() {
    assertThatThrownBy(() -> parse("--thread", "1"))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown option --thread, did you mean --threads?");
  }

  @Test
  void an_option_without_its_value_is_wrong() {
    assertThatThrownBy(() -> parse("--to")).hasMessage("--to needs a value: --to ADDRESS");
    assertThatThrownBy(() -> parse("--json=yes")).hasMessage("--json takes no value");
  }

  @Test
  void too_many_arguments_are_wrong() {
    assertThatThrownBy(() -> parse("a", "b")).hasMessage("unexpected argument 'b'");
  }

  @Test
  void a_number_has_bounds() throws UsageException {
    assertThat(parse("--threads", "4").number("--threads", 1, 4)).contains(4);
    assertThat(parse().number("--threads", 1, 4)).isEmpty();
    assertThatThrownBy(() -> parse("--threads", "5").number("--threads", 1, 4))
        .hasMessage("--threads must be a whole number from 1 to 4, not 5");
    assertThatThrownBy(() -> parse("--threads", "many").number("--threads", 1, 4))
        .hasMessage("--threads must be a whole number from 1 to 4, not 'many'");
  }

  @Test
  void what_can_be_given_once_cannot_be_given_twice() {
    assertThatThrownBy(() -> parse("--to", "a", "--to", "b").one("--to"))
        .hasMessage("--to is given 2 times");
  }

  @Test
  void a_choice_is_one_of_a_few() throws UsageException {
    assertThat(parse("--to", "a").choice("--to", List.of("a", "b"))).contains("a");
    assertThatThrownBy(() -> parse("--to", "c").choice("--to", List.of("a", "b")))
        .hasMessage("--to must be one of a, b, not 'c'");
  }

  private static Arguments parse(String... args) throws UsageException {
    return Arguments.parse(USAGE, List.of(args));
  }
}
