package io.github.implicitbias.lab.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunSummary;
import io.github.implicitbias.run.RunVerdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a run says about the predictions of the papers, for people and as JSON. */
final class Verdicts {

  private static final List<String> HEAD =
      List.of("prediction", "measured", "bound", "verdict", "paper");
  private static final Pattern PAPER = Pattern.compile("arXiv:\\d{4}\\.\\d{5}");

  private Verdicts() {}

  /** Prints a table of the predictions that apply, judged or not yet, and how many do not. */
  static void print(Run run, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    int others = 0;
    for (RunVerdict verdict : run.verdicts()) {
      if (verdict.hasApplied() || verdict.state() == null) {
        rows.add(row(verdict));
      } else {
        others++;
      }
    }
    if (rows.size() > 1) {
      Report.table(rows, out);
    }
    if (others > 0) {
      out.printf(
          "%d %s %s not apply to this run; with --out, summary.json says why.%n%n",
          others, others == 1 ? "prediction" : "predictions", others == 1 ? "does" : "do");
    }
  }

  private static List<String> row(RunVerdict verdict) {
    String state = verdict.state() == null ? "not judged" : verdict.state().words();
    String step = verdict.step() < 0 ? "" : " at step " + verdict.step();
    return List.of(
        verdict.id(),
        number(verdict.measured()),
        number(verdict.bound()),
        state + step,
        paper(verdict.source()));
  }

  /** Returns the paper alone: what is derived from it, and how, is in the files. */
  private static String paper(String source) {
    Matcher matcher = PAPER.matcher(source);
    return matcher.find() ? matcher.group() : "";
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Conditions.number(value);
  }

  /** Puts how training was: the headline, what to do next, and what was found. */
  static void putSummary(ObjectNode node, Run run) {
    RunSummary summary = run.summary();
    ArrayNode headline = node.putArray("headline");
    summary.headline().forEach(headline::add);
    node.put("next", summary.next());
    ArrayNode findings = node.putArray("findings");
    for (Finding finding : summary.findings()) {
      ObjectNode one = findings.addObject();
      one.put("rule", finding.rule()).put("level", finding.level().id());
      one.put("text", finding.text()).put("advice", finding.advice());
      one.put("since", finding.since() < 0 ? null : finding.since());
      one.put("threshold", finding.threshold());
      ObjectNode evidence = one.putObject("evidence");
      finding.evidence().forEach(evidence::put);
    }
  }

  /** Puts all verdicts, those of predictions that do not apply too, with their conditions. */
  static void put(ObjectNode summary, Run run) {
    ArrayNode array = summary.putArray("verdicts");
    for (RunVerdict verdict : run.verdicts()) {
      ObjectNode node = array.addObject();
      node.put("id", verdict.id());
      node.put("statement", verdict.statement());
      node.put("source", verdict.source());
      node.put("state", verdict.state() == null ? null : verdict.state().words());
      if (verdict.step() < 0) {
        node.putNull("step");
      } else {
        node.put("step", verdict.step());
      }
      Json.put(node, "measured", verdict.measured());
      Json.put(node, "bound", verdict.bound());
      node.put("tolerance", verdict.tolerance());
      node.put("detail", verdict.detail());
      ArrayNode conditions = node.putArray("conditions");
      for (Condition condition : verdict.conditions()) {
        conditions.addObject().put("met", condition.isMet()).put("text", condition.text());
      }
    }
  }
}
