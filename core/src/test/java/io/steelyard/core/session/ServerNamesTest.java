package io.steelyard.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ServerNamesTest {
  private static final int SEEDS = 300;
  private static final int CHANGES = 20;

  /** So few that servers have the same ones now and then. */
  private static final int NUMBERS = 40;

  @Test
  void after_any_row_of_changes_it_is_what_it_would_be_from_scratch() {
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Long> numbers = new ArrayList<>();
      ServerNames names = ServerNames.NONE;
      for (int change = 0; change < CHANGES; change++) {
        List<Long> next = new ArrayList<>();
        List<Integer> before = new ArrayList<>();
        change(numbers, next, before, random);
        names = names.next(ints(before), next::get);
        numbers = next;
        check(names, numbers, "seed " + seed + " change " + change);
      }
    }
  }

  /** Some stay, in another order now and then; some go; some come, at any place. */
  private static void change(
      List<Long> numbers, List<Long> next, List<Integer> before, SplittableRandom random) {
    for (int i = 0; i < numbers.size(); i++) {
      if (random.nextInt(5) > 0) {
        int at = random.nextInt(4) == 0 ? random.nextInt(next.size() + 1) : next.size();
        next.add(at, numbers.get(i));
        before.add(at, i);
      }
    }
    for (int n = random.nextInt(6); n > 0; n--) {
      int at = random.nextInt(next.size() + 1);
      next.add(at, (long) random.nextInt(NUMBERS) - NUMBERS / 2);
      before.add(at, CookieTokens.NONE);
    }
  }

  private static void check(ServerNames names, List<Long> numbers, String when) {
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(names.of(i)).as(when).isEqualTo(numbers.get(i));
    }
    for (long number = -NUMBERS; number < NUMBERS; number++) {
      assertThat(names.indexOf(number)).as(when).isEqualTo(numbers.indexOf(number));
    }
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void only_servers_that_come_are_numbered() {
    ServerNames names = ServerNames.NONE.next(new int[] {-1, -1, -1}, i -> 10L * i);
    List<Integer> asked = new ArrayList<>();
    names.next(
        new int[] {2, -1, 0},
        i -> {
          asked.add(i);
          return 99;
        });
    assertThat(asked).containsExactly(1);
  }
}
