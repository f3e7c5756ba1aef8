package io.steelyard.config;

import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.util.Map;
import java.util.Optional;

/** Where the rest comes from; a relative folder counts from the one of the configuration. */
final class FromType implements Type<FromConfig> {
  static final FromType TYPE = new FromType();

  private FromType() {}

  @Override
  public Optional<FromConfig> read(Value value) {
    return FromText.TYPE.read(value).map(from -> absolute(from, value));
  }

  private static FromConfig absolute(FromConfig from, Value value) {
    return from instanceof FromConfig.Folder folder
        ? new FromConfig.Folder(value.binding().folder().resolve(folder.path()).normalize())
        : from;
  }

  @Override
  public String expected() {
    return FromText.TYPE.expected();
  }

  @Override
  public Map<String, Object> schema() {
    return FromText.TYPE.schema();
  }
}
