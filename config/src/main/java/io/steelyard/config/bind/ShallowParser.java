package io.steelyard.config.bind;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.parser.Parser;

/** Refuses to go deeper than a limit: composing recurses and must not run out of stack. */
final class ShallowParser implements Parser {
  private final Parser parser;
  private final int depthMax;
  private int depth;

  ShallowParser(Parser parser, int depthMax) {
    this.parser = parser;
    this.depthMax = depthMax;
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return parser.checkEvent(choice);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public boolean hasNext() {
    return parser.hasNext();
  }

  @Override
  public Event next() {
    Event event = parser.next();
    switch (event.getEventId()) {
      case MappingStart, SequenceStart -> depth++;
      case MappingEnd, SequenceEnd -> depth--;
      default -> {}
    }
    if (depth > depthMax) {
      throw new ParserException("nested deeper than " + depthMax + " levels", event.getStartMark());
    }
    return event;
  }
}
