package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.RunVerdict;
import java.util.List;

/** What a run says of its predictions, as JSON of bounded size. */
final class VerdictJson {

  /** Characters of one answer that texts of the run may take. */
  private static final int MAX_BYTES = 600_000;

  private static final int MAX_TEXT = 2_000;
  private static final int MAX_CONDITIONS = 40;

  private VerdictJson() {}

  static ObjectNode verdicts(List<RunVerdict> verdicts) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode nodes = answer.putArray("verdicts");
    TextBudget room = new TextBudget(MAX_BYTES);
    int leftOut = 0;
    for (int prediction = 0; prediction < verdicts.size(); prediction++) {
      RunVerdict verdict = verdicts.get(prediction);
      if (verdict.id().length() > MAX_TEXT || !room.take(text(verdict), 250)) {
        leftOut++;
        continue;
      }
      ObjectNode node = nodes.addObject();
      node.put("prediction", prediction);
      node.put("id", verdict.id());
      node.put("state", verdict.state() == null ? null : verdict.state().id());
      node.put("applied", verdict.hasApplied());
      Values.place(node, "step", verdict.step());
      Values.put(node, "measured", verdict.measured());
      Values.put(node, "bound", verdict.bound());
      put(node, "statement", verdict.statement());
      put(node, "source", verdict.source());
      put(node, "tolerance", verdict.tolerance());
      put(node, "measuredWords", verdict.measuredWords());
      put(node, "boundWords", verdict.boundWords());
      put(node, "advice", verdict.advice());
      put(node, "detail", verdict.detail());
      ArrayNode conditions = node.putArray("conditions");
      for (Condition condition : verdict.conditions()) {
        if (conditions.size() < MAX_CONDITIONS) {
          ObjectNode one = conditions.addObject().put("met", condition.isMet());
          put(one, "text", condition.text());
        }
      }
    }
    answer.put("leftOut", leftOut);
    return answer;
  }

  /** All that is said of a verdict. */
  private static String text(RunVerdict verdict) {
    StringBuilder text = new StringBuilder(verdict.id());
    for (String part :
        List.of(
            verdict.statement(),
            verdict.source(),
            verdict.tolerance(),
            verdict.measuredWords(),
            verdict.boundWords(),
            verdict.advice(),
            verdict.detail())) {
      text.append(Values.cut(part, MAX_TEXT));
    }
    verdict.conditions().stream()
        .limit(MAX_CONDITIONS)
        .forEach(c -> text.append("  met: false, text:   ").append(Values.cut(c.text(), MAX_TEXT)));
    return text.toString();
  }

  private static void put(ObjectNode node, String name, String text) {
    node.put(name, Values.cut(text, MAX_TEXT));
  }
}
