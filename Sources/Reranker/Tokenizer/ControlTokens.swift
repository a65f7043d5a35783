/// What added tokens (`<|im_end|>`, `<think>` ...) mean when they stand in a text.
public enum ControlTokens: String, Sendable, Equatable, CaseIterable {
    /// They are ordinary text: whatever the text, no id of an added token comes out.
    ///
    /// For everything that shoppers and product feeds write, which must not be able to close the turn of a prompt.
    case neutralised
    /// They become their ids, as in the reference.
    case recognised
}
