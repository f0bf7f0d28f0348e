package io.github.implicitbias.ui;

import io.github.implicitbias.page.Surroundings;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.jspecify.annotations.Nullable;

/** The training UI of DL4J around the page: its menu, and the language chosen there. */
final class Dl4jSurroundings implements Surroundings {

  private final StatsStorageRuns runs;

  Dl4jSurroundings(StatsStorageRuns runs) {
    this.runs = runs;
  }

  /** DL4J makes tables for every session it is asked about: only those that exist are. */
  @Override
  public String language(@Nullable String session) {
    boolean exists = session != null && runs.hasSession(session);
    return DefaultI18N.getInstance(exists ? session : null).getDefaultLanguage();
  }

  @Override
  public @Nullable String word(String key, String language) {
    return ((DefaultI18N) DefaultI18N.getInstance()).getMessages(language).get(key);
  }

  @Override
  public boolean hasSessionsInAddresses() {
    return VertxUIServer.getMultiSession().get();
  }
}
