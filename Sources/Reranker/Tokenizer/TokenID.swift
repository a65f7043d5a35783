/// The number of a token: a row of the model's embedding. Never negative.
public typealias TokenID = Int32
