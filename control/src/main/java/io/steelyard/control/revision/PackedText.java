package io.steelyard.control.revision;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Documents as they stand in JSON: compressed, in Base64. */
public final class PackedText {
  /** No document is larger. */
  private static final int TEXT_BYTES_MAX = 1 << 20;

  private PackedText() {}

  public static String pack(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * @throws IOException when it is damaged, or larger than any document
   * @throws IllegalArgumentException when it is no Base64
   */
  public static String unpack(String packed) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(packed);
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] text = gzip.readNBytes(TEXT_BYTES_MAX + 1);
      if (text.length > TEXT_BYTES_MAX) {
        throw new IOException("larger than any document");
      }
      return new String(text, StandardCharsets.UTF_8);
    }
  }
}
