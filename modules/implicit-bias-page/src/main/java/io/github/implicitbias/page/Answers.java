package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Run;
import java.io.IOException;
import java.util.List;

/** Answers the questions of a live page about the runs of a catalog; may block. */
final class Answers {

  private final RunCatalog catalog;
  private final FollowedRuns runs;
  private final RunRows rows;

  Answers(RunCatalog catalog) {
    this(catalog, new FollowedRuns(catalog));
  }

  Answers(RunCatalog catalog, FollowedRuns runs) {
    this.catalog = catalog;
    this.runs = runs;
    this.rows = new RunRows(catalog);
  }

  /**
   * Answers one question: runs, rows (see {@link RowsJson}), or one about the run that it names,
   * see {@link RunAnswers}.
   *
   * @throws Refusal if there is no such question, or it cannot be answered
   */
  ObjectNode answer(Question question) throws Refusal, IOException {
    if (question.name().equals("runs")) {
      return RunJson.list(catalog.list());
    }
    if (question.name().equals("rows")) {
      return rows(question);
    }
    if (!RunAnswers.NAMES.contains(question.name())) {
      throw new Refusal(404, "There is nothing called " + question.name() + " here.");
    }
    return new RunAnswers(followed(question)).answer(question);
  }

  private ObjectNode rows(Question question) throws Refusal, IOException {
    List<String> ends = question.all("end");
    if (ends.size() > RowsJson.MAX_ENDS) {
      throw new Refusal(400, "Ask for at most " + RowsJson.MAX_ENDS + " end values.");
    }
    long generation = question.number("generation", 0, 0, Long.MAX_VALUE);
    long since = question.number("since", 0, 0, Long.MAX_VALUE);
    return RowsJson.of(rows.look(), generation, since, ends);
  }

  /**
   * Returns the run that a question names, as far as it is known.
   *
   * @throws Refusal if there is none
   */
  Run run(Question question) throws Refusal, IOException {
    return followed(question).view().run;
  }

  private FollowedRun followed(Question question) throws Refusal, IOException {
    FollowedRun found = runs.find(question.run());
    if (found == null) {
      throw unknownRun();
    }
    return found;
  }

  static Refusal unknownRun() {
    return new Refusal(404, "There is no such run (any more).");
  }
}
