package io.github.implicitbias.page;

import org.jspecify.annotations.Nullable;

/** What a page has to know of the server in which it stands. Implementations are thread-safe. */
public interface Surroundings {

  /** Those of a page that stands alone, in English. */
  Surroundings NONE =
      new Surroundings() {
        @Override
        public String language(@Nullable String session) {
          return Words.ENGLISH;
        }

        @Override
        public @Nullable String word(String key, String language) {
          return null;
        }

        @Override
        public boolean hasSessionsInAddresses() {
          return false;
        }
      };

  /**
   * Returns the language that the reader has chosen, such as "en".
   *
   * @param session the session that the address names, null for none; anybody may have sent it
   */
  String language(@Nullable String session);

  /** Returns a word of the pages beside this one, null if there is none. */
  @Nullable String word(String key, String language);

  /** Returns true if the addresses of pages name a session. */
  boolean hasSessionsInAddresses();
}
