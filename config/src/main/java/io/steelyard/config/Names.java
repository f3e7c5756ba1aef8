package io.steelyard.config;

import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import java.util.regex.Pattern;

/** What names look like. */
final class Names {
  static final Scalar<String> TYPE =
      Scalars.text(
          "a name of 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first",
          Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"));

  private Names() {}
}
