print("sample catalogue")
