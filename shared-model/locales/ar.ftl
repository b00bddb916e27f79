# كل جمل الأحكام بالعربية. معنى كل سطر في en.ftl.

## الأسباب

reason-malformed = ليست تذكرة
    .todo = اطلب رمز التذكرة نفسها. قد يكون نصفه مغطى أو يكون رمز شيء آخر.
reason-bad_signature = تذكرة مزورة أو تالفة
    .todo = لا تسمح بالدخول. اطلب الأصل ونادِ مشرفًا.
reason-unknown_key = تذكرة من بائع غير معروف
    .todo = حدّث بيانات هذا الجهاز وامسح مرة أخرى. إن بقي الحال فنادِ مشرفًا.
reason-wrong_event = تذكرة لفعالية أخرى
    .todo = أرِ الضيف لأي فعالية هي التذكرة.
reason-unknown_ticket = تذكرة غير معروفة
    .todo = حدّث بيانات هذا الجهاز وامسح مرة أخرى. إن بقي الحال فابحث عن الطلب.
reason-revoked = تذكرة مسحوبة
    .todo = لا تسمح بالدخول. أرسل الضيف إلى مكتب التذاكر.
reason-cancelled = طلب ملغى أو مسترد
    .todo = أرسل الضيف إلى مكتب التذاكر.
reason-blocked = تذكرة محظورة
    .todo = نادِ مشرفًا؛ المنظّم حظر هذه التذكرة.
reason-unapproved = الطلب لم يُعتمد بعد
    .todo = اطلب من المنظّم اعتماد الطلب ثم امسح مرة أخرى.
reason-unpaid = غير مدفوعة
    .todo = أرسل الضيف إلى مكتب التذاكر ليدفع.
reason-not_yet_valid = ليست صالحة بعد
    .todo = اطلب من الضيف العودة في الوقت المعروض.
reason-expired = لم تعد صالحة
    .todo = أرسل الضيف إلى مكتب التذاكر.
reason-wrong_tier = نوع تذكرة لا يناسب هذا المدخل
    .todo = أرِ الضيف مدخل هذه التذكرة.
reason-wrong_date = تذكرة لموعد آخر
    .todo = أرِ الضيف الموعد على التذكرة.
reason-wrong_zone = التذكرة لا تفتح هذه المنطقة
    .todo = أرِ الضيف المناطق التي تفتحها التذكرة.
reason-list_inactive = هذا المدخل غير مفتوح
    .todo = تحقق من قائمة الدخول التي يستخدمها هذا الجهاز.
reason-rule = لا تسمح به قاعدة هذا المدخل
    .todo = قل للضيف ما الذي ينقص.
reason-already_used = مستخدمة من قبل
    .todo = اسأل من استخدمها. إن كان خطأ بحسن نية فنادِ مشرفًا.
reason-checkout_required = يجب تسجيل الخروج أولًا
    .todo = امسح خروج الضيف حيث غادر، أو نادِ مشرفًا.
reason-not_inside = ليس في الداخل
    .todo = تحقق من أن القائمة صحيحة. نادِ مشرفًا لإخراج الضيف.
reason-capacity = ممتلئ
    .todo = اطلب من الضيف الانتظار حتى يغادر أحد.
reason-ambiguous = عدة تذاكر لها هذا الرمز
    .todo = ابحث عن الضيف بالاسم أو الطلب وامسح تلك التذكرة.
reason-live_code_stale = رمز قديم، ربما صورة شاشة
    .todo = اطلب من الضيف فتح التذكرة في التطبيق وعرض الرمز المتحرك.
reason-live_code_required = الرموز المتحركة فقط هنا
    .todo = اطلب من الضيف فتح التذكرة في التطبيق وعرض الرمز المتحرك.
reason-disputed = أُعيد المبلغ من البنك
    .todo = لا تسمح بالدخول. نادِ مشرفًا.
reason-device_not_authorised = لا يجوز لهذا الجهاز المسح
    .todo = سلّم الجهاز إلى مشرف واستخدم غيره.
reason-superseded = لدى الضيف تذكرة أحدث
    .todo = اطلب أحدث تذكرة. ربما صارت لشخص آخر.
reason-staff_required = يجب أن يقرر شخص
    .todo = أرسل الضيف إلى بوابة فيها موظفون.

## الدواعي

cause-unpaid = غير مدفوعة، ويمكن الدفع هنا
    .todo = خذ المبلغ ثم أكّد.
cause-attention = هذه التذكرة تحتاج انتباهًا
    .todo = اقرأ الملاحظات ثم أكّد.
cause-group = كم شخصًا يدخل؟
    .todo = عُدّ الضيوف وأدخل العدد.
cause-clock_untrusted = ساعة هذا الجهاز غير مؤكدة
    .todo = انظر إلى ساعة تثق بها. أكّد فقط إن كانت التذكرة صالحة في ذلك الوقت.
cause-live_code_stale = رمز قديم أو غير متحرك
    .todo = اطلب الرمز المتحرك، أو تحقق من هوية الضيف، ثم أكّد.
cause-lease_over = لا اتصال، وانتهت حصة هذه البوابة
    .todo = اسأل البوابات الأخرى هل بقي مكان، ثم أكّد.

## الملاحظات

note-of-dataless = حُكم من التذكرة وحدها
note-of-unsigned = رمز مستورد غير موقّع
note-of-id_check = تحقق من الهوية
note-of-minor = قاصر
note-of-companion = مرافق
note-of-test = تذكرة اختبار
note-of-unpaid = غير مدفوعة
note-of-overridden = بقرار مشرف
note-of-odd_exit = خروج غريب
note-of-clock_untrusted = الساعة غير مؤكدة
note-of-book_old = ربما البيانات قديمة
note-of-add_on = تذكرة إضافية
note-of-capacity_unknown = المكان غير معروف
note-of-live_code_stale = رمز قديم أو غير متحرك

## الشرح: الجهاز والرمز

device-unknown = هذا الجهاز ليس في قائمة أجهزة الفعالية.
device-not-active = { $device } غير مسجل لهذا الوقت.
code-malformed = هذا الرمز ليس تذكرة.
code-length = رمز التذكرة ناقص أو طويل جدًا.
code-version = رمز التذكرة أحدث من هذا التطبيق.
code-signature = التوقيع لا يطابق التذكرة.
code-live-forged = الجزء المتحرك من الرمز لم يصنعه جهاز صاحبها.
key-unknown = التذكرة موقّعة بالمفتاح { $kid } الذي لا يعرفه هذا الجهاز؛ ربما بياناته قديمة.
key-range = لا يجوز للمفتاح { $kid } توقيع هذه التذكرة.
key-limits = تعطي التذكرة أكثر مما يجوز للشباك ذي المفتاح { $kid } بيعه.
key-not-active = تذاكر المفتاح { $kid } غير مقبولة في هذا الوقت.
other-event = التذكرة للفعالية { $event }.
serial-unknown = ليس لدى المنظّم تذكرة برقم { $serial }.
foreign-unknown = لا تذكرة لها هذا الرمز.
foreign-ambiguous = عدد التذاكر الصالحة التي لها هذا الرمز: { $count }.
add-on-ambiguous = عدد التذاكر الإضافية غير المستخدمة لهذه التذكرة على هذه القائمة: { $count }.

## الشرح: التذكرة

revoked = سُحبت التذكرة.
cancelled = أُلغي الطلب أو استُرد مبلغه.
payment-deadline = أُلغي الطلب لأنه لم يُدفع في الوقت.
superseded = هذا الإصدار { $shown } من التذكرة؛ والأحدث هو { $newest }.
disputed = أُعيد المبلغ من البنك.
blocked = حظر المنظّم هذه التذكرة.
test-ticket = تذكرة الاختبار لا تُحسب إلا في تجربة.
unapproved = لم يعتمد المنظّم الطلب بعد.
valid-from = صالحة من { $at }، { $in }.
valid-until = كانت صالحة حتى { $at }، { $ago }.
live-stale = الرمز المتحرك قديم جدًا.
live-missing = الرمز لا يتحرك.
unpaid = الطلب غير مدفوع.
payable-here = الطلب غير مدفوع؛ ويمكن دفعه هنا.
attention = التذكرة تحتاج انتباهًا.

## الشرح: القائمة

list-unknown = ليس في بيانات هذا الجهاز قائمة { $list } وربما هي قديمة.
list-not-here = لا تُستخدم { $list } عند { $gate }.
list-from = تفتح { $list } في { $at }، { $in }.
list-until = أُغلقت { $list } في { $at }، { $ago }.
tier-unknown = ربما بيانات هذا الجهاز قديمة: ليس فيها نوع التذكرة { $tier }.
tier-not-on-list = تقبل { $list }: { $names }؛ وهذه { $tier }.
no-add-on = تقبل { $list }: { $names }؛ وليس لهذه { $tier } تذكرة إضافية كهذه.
other-date = التذكرة لموعد { $date }؛ وهذا المدخل لموعد { $wanted }.
no-date = التذكرة بلا موعد معين؛ وهذا المدخل لموعد { $wanted }.
zone-closed = التذكرة لا تفتح { $zone }.

## الشرح: القواعد

rule = قاعدة { $list } لا تسمح بهذا الدخول.
rule-unreadable = لا يمكن استخدام قاعدة { $list }: { $problem }.
rule-missing = ليس للفعالية { $variable ->
    [date_to] نهاية
    [date_admission] وقت دخول
   *[date_from] بداية
 }، فلا يمكن التحقق من القاعدة.
rule-from = الدخول من { $at }، { $in }.
rule-until = كان الدخول حتى { $at }، { $ago }.
rule-weekday = فقط يوم { $days }.
rule-gate = فقط عند { $names }.
rule-gate-not = ليس عند { $names }.
rule-product = فقط مع { $names }.
rule-product-not = ليس مع { $names }.
rule-variation = فقط مع { $names }.
rule-variation-not = ليس مع { $names }.
rule-count = { $variable ->
    [entries_number] مرات الدخول حتى الآن
    [entries_today] مرات الدخول اليوم
    [entries_days] أيام فيها دخول
    [minutes_since_last_entry] الدقائق منذ آخر دخول
    [minutes_since_first_entry] الدقائق منذ أول دخول
    [entries_since] مرات الدخول منذ ذلك الوقت
    [entries_before] مرات الدخول قبل ذلك الوقت
    [entries_days_since] أيام فيها دخول منذ ذلك الوقت
    [entries_days_before] أيام فيها دخول قبل ذلك الوقت
   *[other] العدد
 }: { $have }؛ المسموح { $sign ->
    [less] أقل من
    [less_or_equal] حتى
    [greater] أكثر من
    [greater_or_equal] ابتداءً من
    [not_equal] غير
   *[other] بالضبط
 } { $want }.
rule-wait = { $variable ->
    [minutes_since_first_entry] كان أول دخول
   *[minutes_since_last_entry] كان آخر دخول
 } قبل { $have } د؛ المسموح { $sign ->
    [greater] بعد أكثر من
    [not_equal] ليس بعد
   *[other] بعد
 } { $want } د، أي { $in }.
rule-number = { $variable }: { $have }؛ المسموح { $names }.
rule-number-not = { $variable }: { $have }؛ غير المسموح { $names }.
rule-status = { $status ->
    [present] فقط لضيوف في الداخل.
   *[absent] فقط لضيوف في الخارج.
 }
rule-date = فقط إن كان { $earlier } قبل { $later }.
rule-never = لا شيء يمكن أن يفي بهذه القاعدة.

## الشرح: الأسئلة

questions-due = { $count ->
    [one] سؤال واحد يحتاج جوابًا.
    [two] سؤالان يحتاجان جوابًا.
    [few] { $count } أسئلة تحتاج جوابًا.
   *[other] { $count } سؤالًا تحتاج جوابًا.
 }
answer-required = الجواب لازم.
answer-yes = يجب أن يكون الجواب نعم.
answer-yes-no = أجب بنعم أو لا.
answer-too-long = { $longest } حرفًا على الأكثر.
answer-number = يلزم عدد صحيح.
answer-min = { $min } على الأقل.
answer-max = { $max } على الأكثر.
answer-choice = واحد من { $names }.
answer-date = يلزم تاريخ مثل 2026-06-20.
answer-unknown = لا يوجد سؤال كهذا.

## الشرح: السجل والمكان

already-used = استُخدمت عند { $gate } على { $device }، { $ago }.
used-today = استُخدمت اليوم { $limit ->
    [one] مرة
    [two] مرتين
    [few] { $limit } مرات
   *[other] { $limit } مرة
 }، آخرها عند { $gate } على { $device }، { $ago }.
used-up = استُخدمت { $limit ->
    [one] مرة
    [two] مرتين
    [few] { $limit } مرات
   *[other] { $limit } مرة
 }، آخرها عند { $gate } على { $device }، { $ago }.
already-inside = في الداخل: دخل عند { $gate } على { $device }، { $ago }. يجوز الدخول ثانية بعد الخروج.
no-entries = لا تسمح { $list } بدخول أحد.
checkout-first = في الداخل: دخل عند { $gate } على { $device }، { $ago }. يجب تسجيل الخروج أولًا.
not-inside = لا أحد في الداخل بهذه التذكرة في { $list }.
group-count = ما زال يمكن دخول { $left } من { $group }.
group-too-many = لا يمكن { $count }: ما زال يمكن دخول { $left } من { $group }.
zone-full = { $zone } ممتلئة: فيها { $inside } من { $capacity }.
lease-spent = { $left ->
    [0] نفدت حصة هذه البوابة في { $zone }.
   *[other] ما زال يجوز لهذه البوابة إدخال { $left } إلى { $zone }.
 }
lease-over = انتهت حصة هذه البوابة في { $zone } في { $at }.

## الشرح: الأشخاص والساعة

staff-required = هذه البوابة لا تستطيع السؤال.
clock-untrusted = بحسب ساعة هذا الجهاز غير المؤكدة:
override-without-rights = لا يجوز للشخص { $operator } السماح رغم الرفض في هذا الوقت.

## الشرح: الملاحظات

note-dataless = ليس لهذا الجهاز بيانات التذكرة؛ وحُكم بما هو موقّع فيها.
note-unsigned = الرمز من نظام آخر ولا يثبت شيئًا وحده.
note-id-check = تحقق من هوية الضيف.
note-minor = الضيف قاصر.
note-companion = الضيف يرافق شخصًا.
note-test = تذكرة اختبار، في تجربة.
note-unpaid = الطلب غير مدفوع.
note-overridden = سمح بالمرور الشخص { $operator } رغم:
note-odd-exit = هذا الخروج غريب:
note-clock-untrusted = ساعة هذا الجهاز غير مؤكدة.
note-book-old = ربما بيانات الفعالية على هذا الجهاز، رقم { $number }، قديمة.
note-add-on = استُخدمت { $tier } من هذه التذكرة.
note-capacity-unknown = عدد من في { $zone } غير معروف هنا.
note-live-code = كان الرمز قديمًا أو غير متحرك.

## صياغة القيم

time-today = { $clock }
time-other-day = { $weekday } { $date } { $clock }
span-minutes = { $count } د
span-hours = { $count } س
span-days = { $count ->
    [one] يوم
    [two] يومين
    [few] { $count } أيام
   *[other] { $count } يومًا
 }
since = قبل { $span }
since-now = الآن
until = بعد { $span }
until-now = بعد أقل من دقيقة
operator = رقم { $number }
names-or = { $names } أو { $last }
weekday = { $number ->
    [1] الاثنين
    [2] الثلاثاء
    [3] الأربعاء
    [4] الخميس
    [5] الجمعة
    [6] السبت
   *[7] الأحد
 }
