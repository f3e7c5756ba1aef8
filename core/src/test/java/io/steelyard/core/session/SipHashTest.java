package io.steelyard.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {
  private static final SipHash HASH = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  private static long hash(int length, int offset) {
    byte[] bytes = new byte[offset + length + 3];
    for (int i = 0; i < length; i++) {
      bytes[offset + i] = (byte) i;
    }
    return HASH.of(bytes, offset, offset + length);
  }

  /** Appendix A of the paper, and the vectors of the authors' own program. */
  @Test
  void it_gives_what_its_authors_give() {
    for (int offset : new int[] {0, 1, 5}) {
      assertThat(hash(15, offset)).isEqualTo(0xa129ca6149be45e5L);
      assertThat(hash(0, offset)).isEqualTo(0x726fdb47dd0e0e31L);
      assertThat(hash(1, offset)).isEqualTo(0x74f839c593dc67fdL);
      assertThat(hash(8, offset)).isEqualTo(0x93f5f5799a932462L);
    }
  }
}
